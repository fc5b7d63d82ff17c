"""Requests: an inbox that shows who waits longest, and a page that is read and answered, never edited."""

import uuid
import zoneinfo
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from directory.admin.reading import ReadAdmin
from directory.admin.scope import LOOK, person
from directory.admin.site import site
from directory.admin.stand import StandFilter
from referrals import access, moves, states
from referrals.admin.page import request_page, time_zone
from referrals.models import Referral, Step
from referrals.states import MoveRefused, Role, State

# The moves that a clinic makes here, in the order of their buttons.
BUTTONS: dict[str, Callable[..., Step]] = {"start": moves.start, "accept": moves.accept, "decline": moves.decline}
DONE = {
    "start": _("You have started on request %(reference)s. The patient sees that."),
    "accept": _("Request %(reference)s is accepted. The patient sees that."),
    "decline": _("Request %(reference)s is declined. The patient sees the reason and what to do next."),
}


class ReferralStandFilter(StandFilter):
    states = [state for state in State if state not in (State.DRAFT, State.UNCONFIRMED)]
    to_do_label = _("Not finished")

    def to_do(self, queryset: Any) -> Any:
        return queryset.running()


@admin.register(Referral, site=site)
class ReferralAdmin(ReadAdmin):
    no_such = _("There is no such request.")
    position = 10
    staff_may = operators_may = LOOK
    ordering = ["submitted_at", "pk"]
    actions = None
    list_select_related = ["procedure", "clinic", "practice__specialist", "practice__site"]
    list_filter = [ReferralStandFilter, "procedure", "practice__site"]
    search_fields = ["practice__specialist__family_name", "practice__site__city"]
    search_help_text = _("A reference like 7K2F-0419, or the specialist's name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        # What the patient has not sent yet is nobody's at the clinic.
        return rows if person(request).is_superuser else rows.filter(submitted_at__isnull=False)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """An operator learns that a request exists, how it stands and since when, not what it is about."""
        if person(request).is_superuser:
            return ["reference", "waits", "clinic", "state", "submitted_at", "changed_at"]
        return ["reference", "waits", "state", "procedure", "specialist", "office", "sent"]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        filters = super().get_list_filter(request)
        return filters[:1] if person(request).is_superuser else filters

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        return ["clinic__name"] if person(request).is_superuser else list(self.search_fields)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        by_reference = queryset.with_reference(search_term)
        if by_reference.exists():
            return by_reference, False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=_("reference"))
    def reference(self, referral: Referral) -> str:
        return referral.reference

    @admin.display(description=_("specialist"), ordering="practice__specialist__family_name")
    def specialist(self, referral: Referral) -> str:
        return referral.practice.specialist.name

    @admin.display(description=_("site"))
    def office(self, referral: Referral) -> str:
        return referral.practice.site.name or str(referral.practice.site)

    @admin.display(description=_("sent"), ordering="submitted_at")
    def sent(self, referral: Referral) -> str:
        if referral.submitted_at is None:
            return "-"
        at_the_office = referral.submitted_at.astimezone(zoneinfo.ZoneInfo(time_zone(referral)))
        return date_format(at_the_office, "DATETIME_FORMAT")

    @admin.display(description=_("waiting"))
    def waits(self, referral: Referral) -> str:
        if referral.has_ended or referral.submitted_at is None:
            return "-"
        days = (timezone.localdate() - timezone.localdate(referral.submitted_at)).days
        return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}

    def news(self, request: HttpRequest) -> str:
        if person(request).is_superuser:
            return ""
        new = self.get_queryset(request).filter(state=State.SUBMITTED).count()
        sentence = ngettext("%(new)d new request", "%(new)d new requests", new) % {"new": new}
        inbox = reverse("admin:referrals_referral_changelist")
        return format_html('<a href="{}?stand={}">{}</a>', inbox, State.SUBMITTED, sentence) if new else sentence

    def get_urls(self) -> list[URLPattern]:
        move = path("<uuid:pk>/move/", self.admin_site.admin_view(self.move_view), name="referrals_referral_move")
        return [move, *super().get_urls()]

    def page_of(self, request: HttpRequest, row: Referral) -> HttpResponse:
        """Whoever of the clinic opens it is recorded."""
        return TemplateResponse(
            request,
            "admin/referrals/referral/request.html",
            {
                **self.admin_site.each_context(request),
                **request_page(row, person(request), list(BUTTONS)),
                "title": _("Request %(reference)s") % {"reference": row.reference},
                "subtitle": None,
                "opts": self.opts,
            },
        )

    def move_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """One button was pressed. What the page showed is compared: nobody answers a request they have not seen."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        referral = self.own(request, str(pk))
        if referral is None:
            return self.nowhere(request)
        if not access.may_read(person(request), referral):
            raise PermissionDenied
        self._move(request, referral)
        return HttpResponseRedirect(reverse("admin:referrals_referral_change", args=[referral.pk]))

    def _move(self, request: HttpRequest, referral: Referral) -> None:
        name, seen = request.POST.get("move", ""), request.POST.get("version", "")
        reason = request.POST.get("reason", "")
        try:
            if name not in BUTTONS:
                raise MoveRefused(State(referral.state), name, Role.CLINIC)
            if seen != str(referral.version):
                raise moves.ReferralMoved(referral)
            with_reason = {"reason": reason} if name == "decline" else {}
            BUTTONS[name](referral, actor=moves.Actor.of_clinic(person(request)), **with_reason)
        except moves.ReferralMoved:
            referral.refresh_from_db(fields=["state"])
            sentence = _(
                "Nothing was changed: the request has moved on since you opened this page. It is now: %(state)s. "
                "Look at it again, then decide."
            )
            messages.error(request, sentence % {"state": referral.get_state_display()})
        except MoveRefused as refused:
            messages.error(request, _why_refused(refused))
        else:
            messages.success(request, DONE[name] % {"reference": referral.reference})


def _why_refused(refused: MoveRefused) -> str:
    if refused.name in refused.open_moves:
        return str(_("Nothing was changed: choose a reason, so that the patient knows what to do next."))
    open_here = [move for move in states.open_moves(refused.state, Role.CLINIC) if move.name in BUTTONS]
    if not open_here:
        sentence = _("Nothing was changed: there is nothing to do here with a request in the state “%(state)s”.")
    else:
        sentence = _("Nothing was changed: that cannot be done with a request in the state “%(state)s”.")
    return str(sentence % {"state": refused.state.label})
