"""Requests for removal: the operator says how it was checked who asks, and what is to happen."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from directory import removals
from directory.admin.scope import ScopedAdmin, person
from directory.admin.site import site
from directory.models import RemovalRequest

Decision = RemovalRequest.Decision
WORDS = {
    Decision.SUPPRESSED: _("Take them out: the page is gone, no import brings it back"),
    Decision.STREET: _("Keep them listed, and the street hidden for good"),
    Decision.DECLINED: _("Decline: show the street again"),
    Decision.TAKEN_BACK: _("Take it back: list them again, with the street"),
}


# So decided, a request can still be granted, after a check that can still be noted.
CAN_BE_GRANTED = frozenset(before for before, moves in removals.MOVES.items() if not removals.GRANTED.isdisjoint(moves))


class DecisionForm(forms.ModelForm):
    """`next` is what is decided now; the choices are what can be decided after what was decided before."""

    next = forms.ChoiceField(label=_("Decide"), required=False, widget=forms.RadioSelect)

    class Meta:
        model = RemovalRequest
        fields = ("identity_check",)
        widgets = {"identity_check": forms.Select}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "next" in self.fields:
            possible = removals.MOVES.get(self.instance.decision, ())
            choices = [("", _("Not yet")), *((move, WORDS[Decision(move)]) for move in possible)]
            self.fields["next"].choices = choices  # type: ignore[attr-defined]  # it is a choice field

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        decided, check = data.get("next"), data.get("identity_check", self.instance.identity_check)
        is_granted = self.instance.decision in removals.GRANTED
        if not check and (is_granted or decided in removals.GRANTED):
            self.add_error(
                "identity_check", _("Say first how you checked that it is this specialist who asks: choose one.")
            )
        elif is_granted and check != self.instance.identity_check and decided not in removals.GRANTED:
            self.add_error(
                "identity_check",
                _("It was granted after the check that stands here. Another one needs a new decision."),
            )
        return data

    def _post_clean(self) -> None:
        """Nothing is written into the row here: that is the affair of `removals.decide`, on the row as it is then."""


@admin.register(RemovalRequest, site=site)
class RemovalRequestAdmin(ScopedAdmin):
    position = 35
    form = DecisionForm
    operators_may = frozenset({"view", "change"})
    fieldsets = (
        (None, {"fields": ("specialist_link", "wish", "asked_at", "hides_until")}),
        (_("Who asks"), {"fields": ("name", "email", "phone", "reason", "contact_erased_at")}),
        (
            _("Is it this specialist?"),
            {
                "fields": ("in_registry", "identity_check"),
                "description": _(
                    "Not by the e-mail address or phone in this request: a stranger would give their own. Call the "
                    "number, or write to the address, that the national registry has."
                ),
            },
        ),
        (_("Decision"), {"fields": ("decision", "decided_at", "decided_by", "next")}),
    )
    readonly_fields = [
        "specialist_link", "wish", "asked_at", "hides_until", "name", "email", "phone", "reason", "contact_erased_at",
        "in_registry", "decision", "decided_at", "decided_by",
    ]  # fmt: skip
    list_display = ["specialist", "wish", "asked_at", "hides_until", "decision_in_words", "decided_at", "decided_by"]
    list_filter = ["decision", "wish", "asked_at"]
    list_select_related = ["specialist", "decided_by"]
    search_fields = ["specialist__family_name", "specialist__npi__exact"]

    def news(self, request: HttpRequest) -> str:
        waiting = RemovalRequest.objects.scope(person(request)).waiting().count()
        if not waiting:
            return ""
        sentence = ngettext(
            "%(number)d request for removal waits for you: check who asks, then decide.",
            "%(number)d requests for removal wait for you: check who asks, then decide.",
            waiting,
        )
        return sentence % {"number": waiting}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = list(super().get_readonly_fields(request, obj))
        return fields if obj is None or obj.decision in CAN_BE_GRANTED else [*fields, "identity_check"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[tuple[Any, Any]]:
        sets = super().get_fieldsets(request, obj)
        if obj is None or removals.MOVES.get(obj.decision):
            return sets
        return [
            (title, options | {"fields": [name for name in options["fields"] if name != "next"]})
            for title, options in sets
        ]

    @admin.display(description=_("specialist"))
    def specialist_link(self, asked: RemovalRequest) -> str:
        address = reverse("admin:directory_specialist_change", args=[asked.specialist_id])
        return format_html('<a href="{}">{}</a>, NPI {}', address, asked.specialist.name, str(asked.specialist_id))

    @admin.display(description=_("in the national registry"))
    def in_registry(self, asked: RemovalRequest) -> str:
        address = f"https://npiregistry.cms.hhs.gov/provider-view/{asked.specialist_id}"
        return format_html('<a href="{}" rel="noreferrer">{}</a>', address, _("phone and address there"))

    @admin.display(description=_("decision"), ordering="decision")
    def decision_in_words(self, asked: RemovalRequest) -> Any:
        return asked.get_decision_display() or _("waits")

    def save_model(self, request: HttpRequest, obj: RemovalRequest, form: Any, change: bool) -> None:
        decision = form.cleaned_data.get("next", "")
        check = form.cleaned_data.get("identity_check", "")
        if not decision:
            if "identity_check" in form.changed_data:
                removals.note_check(obj, check)
            return
        decided = removals.decide(obj, decision, identity_check=check, by=person(request))
        messages.success(request, _("Done: %(what)s.") % {"what": decided.get_decision_display()})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """What is refused leaves no trace: no entry in the history, no word of success."""
        try:
            if request.method == "POST" and object_id:
                self._refuse_what_is_shut(request, self.get_object(request, object_id))
            return super().changeform_view(request, object_id, form_url, extra_context)
        except removals.DecisionRefused as refused:
            messages.error(request, _("Nothing was changed: %(reason)s.") % {"reason": refused})
            return HttpResponseRedirect(request.path)

    def _refuse_what_is_shut(self, request: HttpRequest, asked: RemovalRequest | None) -> None:
        """The page was opened before somebody else decided: it has fields that are not there any more."""
        if asked is None:
            return
        decision, check = request.POST.get("next"), request.POST.get("identity_check")
        if (decision and decision not in removals.MOVES.get(asked.decision, ())) or (
            check and check != asked.identity_check and asked.decision not in CAN_BE_GRANTED
        ):
            raise removals.DecisionRefused(gettext("this was decided already, look at the request again"))

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """The history says what was decided, not which boxes were touched."""
        decision = form.cleaned_data.get("next", "")
        if not decision:
            return super().construct_change_message(request, form, formsets, add)
        check = form.cleaned_data.get("identity_check") or form.instance.identity_check or "-"
        return f"{decision}; identity: {check}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("specialist", "decided_by")
