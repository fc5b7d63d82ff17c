"""Reports of mistakes: what waits to be looked into, and what came of it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from directory import reports
from directory.admin.scope import LOOK, ScopedAdmin, ScopedTabular, person
from directory.admin.site import site
from directory.admin.stand import StandFilter
from directory.models import Report, ReportRemark

State = Report.State


class RemarkInline(ScopedTabular):
    """What visitors added. Nothing is known of who they are."""

    model = ReportRemark
    staff_may = operators_may = LOOK
    fields = ("text",)
    readonly_fields = fields
    extra = 0


class ReportStandFilter(StandFilter):
    states = [state for state in State if state != State.OPEN]
    to_do_label = State.OPEN.label

    def to_do(self, queryset: Any) -> Any:
        return queryset.open()


class FoundForm(forms.ModelForm):
    """What came of looking into it."""

    state = forms.ChoiceField(
        label=_("What came of it?"),
        choices=[(state.value, capfirst(state.label)) for state in State if state != State.OPEN],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether the listing was wrong")},
    )
    found = forms.CharField(
        label=_("What did you find?"),
        help_text=_("A sentence for those who look here later. Nothing about a patient."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        error_messages={"required": _("Say in a few words what you found")},
    )


@admin.register(Report, site=site)
class ReportAdmin(ScopedAdmin):
    """A report is read, never edited: the listing is mended on its own page, and here stands what came of it."""

    position = 5
    form = FoundForm
    staff_may = operators_may = frozenset({"view", "change"})
    said = ("kind", "specialist", "clinic", "site", "practice", "times", "first_at", "last_at")
    settled = ("state", "found", "settled_by", "settled_at")
    fieldsets = (
        (_("What a visitor says"), {"fields": said}),
        (_("What came of it"), {"fields": ("state", "found")}),
    )
    readonly_fields = said
    list_display = ["kind", "whose", "site", "times", "first_at", "state"]
    list_filter = [ReportStandFilter, "kind"]
    list_select_related = ["specialist", "clinic", "site"]
    search_fields = ["specialist__family_name", "specialist__npi__exact", "clinic__name"]
    inlines = [RemarkInline]
    actions = None

    @admin.display(description=_("about"))
    def whose(self, report: Report) -> str:
        return str(report.specialist or report.clinic)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was settled stays as it was said; if it is wrong again, somebody reports it again."""
        return super().has_change_permission(request, obj) and (obj is None or obj.is_open)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[tuple[Any, Any]]:
        said, came = super().get_fieldsets(request, obj)
        return [said, came if obj is None or obj.is_open else (came[0], {"fields": self.settled})]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None and not obj.is_open:
            kwargs["form"] = forms.ModelForm  # nothing to fill in any more
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Report, form: Any, change: bool) -> None:
        given = form.cleaned_data
        reports.settle(obj, state=given["state"], found=given["found"], by=person(request))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        try:
            if request.method == "POST" and self._is_settled(request, object_id):
                raise reports.AlreadySettled
            return super().changeform_view(request, object_id, form_url, extra_context)
        except reports.AlreadySettled:
            messages.error(request, _("Nothing was changed: somebody else has looked into it in the meantime."))
            return HttpResponseRedirect(request.path)

    def _is_settled(self, request: HttpRequest, object_id: str | None) -> bool:
        report = self.get_object(request, object_id) if object_id else None
        return report is not None and not report.is_open

    def news(self, request: HttpRequest) -> str:
        waiting = Report.objects.scope(person(request)).open().count()
        if not waiting:
            return ""
        sentence = ngettext(
            "%(number)d report of a mistake waits to be looked into",
            "%(number)d reports of mistakes wait to be looked into",
            waiting,
        )
        return format_html('<a href="{}">{}</a>', reports.list_page(), sentence % {"number": waiting})
