"""Claims of listings: an operator checks who it is and decides; the clinic sees that somebody asks."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from directory import claims
from directory.admin.reading import ReadAdmin
from directory.admin.scope import LOOK, person
from directory.admin.site import site
from directory.admin.stand import StandFilter
from directory.models import Clinic, ListingClaim, Practice, Site

State = ListingClaim.State


class ClaimStandFilter(StandFilter):
    states = [state for state in State if state != State.WAITING]
    to_do_label = State.WAITING.label

    def to_do(self, queryset: Any) -> Any:
        return queryset.waiting()


class ApproveForm(forms.Form):
    checked_by = forms.ChoiceField(
        label=_("How did you check who it is?"),
        choices=ListingClaim.CheckedBy.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how you checked the person")},
    )
    clinics = forms.ModelMultipleChoiceField(
        label=_("Let this person into"),
        queryset=Clinic.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the clinic into which the person is let")},
    )
    spoke_with_all = forms.BooleanField(
        label=_("I have spoken with everybody who claims it, and with its people"),
        error_messages={"required": _("Speak with the others first: they claim the same clinic, or keep it already")},
    )

    def __init__(self, claim: ListingClaim, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["clinics"]  # a model choice field: its type here is that of all fields
        field.queryset = Clinic.objects.filter(pk__in=[clinic.pk for clinic in claims.clinics_of(claim)])
        if not claims.concerns_others(claim):
            del self.fields["spoke_with_all"]


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why?"),
        choices=[("", _("Choose a reason")), *ListingClaim.Reason.choices],
        help_text=_("The person is told by mail, with what to do next."),
        error_messages={"required": _("Choose a reason, so that the person knows what to do next")},
    )


@admin.register(ListingClaim, site=site)
class ListingClaimAdmin(ReadAdmin):
    no_such = _("There is no such claim.")
    position = 6
    staff_may = operators_may = LOOK
    actions = None
    list_display = ["listing", "name", "role", "created_at", "state", "decided_at"]
    list_filter = [ClaimStandFilter]
    list_select_related = ["specialist", "clinic"]
    search_fields = ["name", "specialist__family_name", "clinic__name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = Site.objects.scope(person(request)).select_related("clinic").order_by("clinic", "pk")
        return super().get_queryset(request).prefetch_related(Prefetch("sites", queryset=own, to_attr="own_sites"))

    @admin.display(description=_("listing"))
    def listing(self, claim: ListingClaim) -> str:
        return str(claim)

    def news(self, request: HttpRequest) -> str:
        waiting = ListingClaim.objects.scope(person(request)).waiting().count()
        if not waiting:
            return ""
        sentence = ngettext(
            "%(number)d claim of a listing waits for a check",
            "%(number)d claims of listings wait for a check",
            waiting,
        )
        page = reverse("admin:directory_listingclaim_changelist")
        return format_html('<a href="{}">{}</a>', page, sentence % {"number": waiting})

    def get_urls(self) -> list[URLPattern]:
        return [
            path("<int:pk>/approve/", self.admin_site.admin_view(self.approve_view), name="listingclaim_approve"),
            path("<int:pk>/decline/", self.admin_site.admin_view(self.decline_view), name="listingclaim_decline"),
            *super().get_urls(),
        ]

    def approve_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        claim, refused = self._to_decide(request, pk)
        if claim is None:
            return refused
        form = ApproveForm(claim, request.POST)
        if not form.is_valid():
            return self.page_of(request, claim, approve=form)
        given = form.cleaned_data
        try:
            user = claims.approve(
                claim,
                by=person(request),
                checked_by=given["checked_by"],
                clinics=list(given["clinics"]),
                spoke_with_all=given.get("spoke_with_all", False),
            )
        except claims.OthersConcerned:
            messages.error(
                request,
                _("Nothing was changed: somebody else claims the same clinic, or keeps it already. Speak with all."),
            )
        except claims.PersonSwitchedOff:
            messages.error(
                request,
                _("Nothing was changed: this address belongs to a log-in that was switched off. Look at it first."),
            )
        except claims.ClaimDecided:
            messages.error(request, _("Nothing was changed: the claim was decided in the meantime."))
        else:
            messages.success(request, _("%(name)s was let in, and gets a mail.") % {"name": user.name or user.email})
        return self._back(claim)

    def decline_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        claim, refused = self._to_decide(request, pk)
        if claim is None:
            return refused
        form = DeclineForm(request.POST)
        if not form.is_valid():
            return self.page_of(request, claim, decline=form)
        try:
            claims.decline(claim, by=person(request), reason=form.cleaned_data["reason"])
        except claims.ClaimDecided:
            messages.error(request, _("Nothing was changed: the claim was decided in the meantime."))
        else:
            messages.success(request, _("The claim is declined. The person is told by mail."))
        return self._back(claim)

    def _to_decide(self, request: HttpRequest, pk: int) -> tuple[ListingClaim | None, HttpResponse]:
        """The claim for an operator who pressed a button; else what to answer."""
        if request.method != "POST":
            return None, HttpResponseNotAllowed(["POST"])
        claim = self.own(request, str(pk))
        if claim is None:
            return None, self.nowhere(request)
        if not person(request).is_superuser:
            raise PermissionDenied
        if not claim.is_waiting:
            messages.error(request, _("Nothing was changed: the claim was decided in the meantime."))
            return None, self._back(claim)
        return claim, HttpResponse()

    def _back(self, claim: ListingClaim) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:directory_listingclaim_change", args=[claim.pk]))

    def page_of(
        self,
        request: HttpRequest,
        row: Any,  # with `own_sites`, as `get_queryset` gives it
        approve: ApproveForm | None = None,
        decline: DeclineForm | None = None,
    ) -> TemplateResponse:
        page: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "claim": row,
            "sites": row.own_sites,
            "title": _("Claim of %(listing)s") % {"listing": row},
            "subtitle": None,
            "opts": self.opts,
            "operator_email": settings.OPERATOR_EMAIL,
        }
        if person(request).is_superuser:
            page |= _for_operators(row)
            if row.is_waiting:
                page |= {"approve": approve or ApproveForm(row), "decline": decline or DeclineForm()}
        invalid = (approve is not None and approve.errors) or (decline is not None and decline.errors)
        return TemplateResponse(
            request, "admin/directory/listingclaim/claim.html", page, status=400 if invalid else 200
        )


def _for_operators(claim: ListingClaim) -> dict[str, Any]:
    """What helps to check: the numbers on record, who is there already, who else asks."""
    clinics = claims.clinics_of(claim)
    return {
        "is_operator": True,
        "clinics": clinics,
        "practices": Practice.objects.filter(site__claims=claim).select_related("specialist", "site").order_by("pk"),
        "people": claims.keepers(claim),
        "rivals": ListingClaim.objects.rivals(claim),
        "granted": claim.granted.all(),
    }
