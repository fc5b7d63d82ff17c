"""Requests: an inbox that shows who waits longest, and a page that is read and answered, never edited."""

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, override

from directory.admin.scope import LOOK, person
from directory.admin.site import site
from directory.admin.stand import StandFilter
from referrals import access, clock, correspondence, handing_out, moves, qr, states
from referrals.admin.actions import ACTIONS, why_refused
from referrals.admin.inbox import Inbox, age_of
from referrals.admin.oversight import CLOSED_FILE, NO_FILE, OversightViews, panel
from referrals.admin.page import request_page
from referrals.attachments import keeping, serving
from referrals.models import Referral
from referrals.states import MoveRefused, Role, State
from referrals.vault.keys import VaultError


class ReferralStandFilter(StandFilter):
    states = [state for state in State if state not in (State.DRAFT, State.UNCONFIRMED)]
    to_do_label = _("Not finished")

    def to_do(self, queryset: Any) -> Any:
        return queryset.running()


@admin.register(Referral, site=site)
class ReferralAdmin(OversightViews):
    no_such = _("There is no such request.")
    position = 10
    staff_may = operators_may = LOOK
    ordering = ["submitted_at", "pk"]
    actions = None
    list_select_related = ["procedure", "clinic", "partner", "practice__specialist", "practice__site"]
    list_filter = [ReferralStandFilter, "procedure", "practice__site"]
    search_fields = ["practice__specialist__family_name", "practice__site__city"]
    search_help_text = _("A reference like 7K2F-0419, or the specialist's name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        # What the patient has not sent yet is nobody's at the clinic.
        return rows if person(request).is_superuser else rows.filter(submitted_at__isnull=False)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """An operator learns that a request exists, how it stands and since when, not what it is about.

        A clinic's list is no table: `Inbox.entries`.
        """
        if person(request).is_superuser:
            return ["reference", "waits", "clinic", "state", "submitted_at", "changed_at"]
        return ["reference"]

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

    @admin.display(description=_("waiting"))
    def waits(self, referral: Referral) -> str:
        if referral.has_ended or referral.submitted_at is None:
            return "-"
        number = (timezone.localdate() - timezone.localdate(referral.submitted_at)).days
        days = ngettext("%(days)d day", "%(days)d days", number) % {"days": number}
        return format_html("{}<br>{}", days, age_of(referral, timezone.now()).words)

    def news(self, request: HttpRequest) -> str:
        if person(request).is_superuser:
            return ""
        new = self.get_queryset(request).filter(state=State.SUBMITTED).count()
        sentence = ngettext("%(new)d new request", "%(new)d new requests", new) % {"new": new}
        inbox = reverse("admin:referrals_referral_changelist")
        return format_html('<a href="{}?stand={}">{}</a>', inbox, State.SUBMITTED, sentence) if new else sentence

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Inbox]:
        return Inbox

    def get_urls(self) -> list[URLPattern]:
        views = {
            "move": self.move_view,
            "attempt": self.attempt_view,
            "message": self.message_view,
            "link": self.link_view,
        }
        own = [
            path(f"<uuid:pk>/{name}/", self.admin_site.admin_view(view), name=f"referrals_referral_{name}")
            for name, view in {**views, "print": self.print_view}.items()
        ]
        files = path(
            "<uuid:pk>/file/<int:number>/", self.admin_site.admin_view(self.file_view), name="referrals_referral_file"
        )
        return [*own, files, *super().get_urls()]

    def page_of(self, request: HttpRequest, row: Referral, *, status: int = 200, **typed: Any) -> HttpResponse:
        """Whoever of the clinic opens it is recorded. `typed`: what was refused, to be shown again."""
        return self._page(request, row, "request", {"status": status}, unfold=request.GET.get("open", ""), **typed)

    def _page(
        self, request: HttpRequest, row: Referral, template: str, how: dict[str, Any], **typed: Any
    ) -> TemplateResponse:
        return TemplateResponse(
            request,
            f"admin/referrals/referral/{template}.html",
            {
                **self.admin_site.each_context(request),
                **request_page(row, person(request), **typed),
                "oversight": panel(row, person(request)),
                "title": _("Request %(reference)s") % {"reference": row.reference},
                "subtitle": None,
                "opts": self.opts,
            },
            **how,
        )

    def print_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """All of it on paper. Opening is recorded here too."""
        referral = self.own(request, str(pk))
        if referral is None:
            return self.nowhere(request)
        if not access.may_read(person(request), referral):
            raise PermissionDenied
        return self._page(request, referral, "print", {})

    def file_view(self, request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponseBase:
        """A file that the patient added. That it was opened is recorded, as for the request."""
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        referral = self.own(request, str(pk))
        if referral is None:
            return self.nowhere(request)
        attachment = referral.attachments.filter(number=number).select_related("referral__clinic").first()
        try:
            if attachment is None:
                raise access.MayNotRead("no such file")
            return serving.answer(attachment, access.read_file(attachment, user=person(request)))
        except access.MayNotRead as error:
            if not access.may_read(person(request), referral):
                raise PermissionDenied from error
            messages.error(request, str(NO_FILE))
        except (keeping.NoFile, VaultError):
            messages.error(request, str(CLOSED_FILE))
        return HttpResponseRedirect(reverse("admin:referrals_referral_change", args=[referral.pk]))

    def move_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """One button was pressed. What the page showed is compared: nobody answers a request they have not seen."""
        return self._press(request, pk, self._move)

    def attempt_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Somebody tried to reach the patient."""
        return self._press(request, pk, self._attempt)

    def message_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Words to the patient."""
        return self._press(request, pk, self._message)

    def link_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """A new link for a patient to whom nothing can be mailed, shown this once."""
        return self._press(request, pk, self._link)

    def _press(
        self,
        request: HttpRequest,
        pk: uuid.UUID,
        act: Callable[[HttpRequest, Referral], HttpResponse | None],
    ) -> HttpResponse:
        """Does it, and shows the page as it is then; what `act` gives is shown instead."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        referral = self.own(request, str(pk))
        if referral is None:
            return self.nowhere(request)
        if not access.may_read(person(request), referral):
            raise PermissionDenied
        refused = act(request, referral)
        return refused or HttpResponseRedirect(reverse("admin:referrals_referral_change", args=[referral.pk]))

    def _move(self, request: HttpRequest, referral: Referral) -> HttpResponse | None:
        name, seen = request.POST.get("move", ""), request.POST.get("version", "")
        try:
            action = ACTIONS.get(name)
            if action is None:
                raise MoveRefused(State(referral.state), name, Role.CLINIC)
            if seen != str(referral.version):
                raise moves.ReferralMoved(referral)
            states.open_to(referral.state, name, Role.CLINIC)
            form = action.form(referral, clock.zone(referral), request.POST, name)
            if not form.is_valid():
                errors = [str(error) for of_field in form.errors.values() for error in of_field]
                nothing = _("Nothing was changed.")
                messages.error(request, f"{nothing} {'. '.join(errors)}.")
                return self.page_of(request, referral, status=400, typed=(name, request.POST))
            action.carry_out(referral, actor=moves.Actor.of_clinic(person(request)), **form.details())
        except moves.ReferralMoved:
            referral.refresh_from_db()
            sentence = _(
                "Nothing was changed: the request has moved on since you opened this page. It is now: %(state)s. "
                "Look at it again, then decide."
            )
            messages.error(request, sentence % {"state": referral.get_state_display()})
            return self.page_of(request, referral, status=409, typed=(name, request.POST))
        except moves.NobodyTried:
            messages.error(request, _("Nothing was changed: log your attempts to reach the patient first."))
        except moves.AppointmentRefused:
            messages.error(request, _("Nothing was changed: the hour of the appointment has not come yet."))
        except MoveRefused as refused:
            messages.error(request, why_refused(refused))
        else:
            messages.success(request, action.done % {"reference": referral.reference})
            return None
        return self.page_of(request, referral, status=409, typed=(name, request.POST))

    def _attempt(self, request: HttpRequest, referral: Referral) -> HttpResponse | None:
        try:
            outcome = request.POST.get("outcome", "")
            correspondence.log_attempt(referral, user=person(request), outcome=outcome)
        except correspondence.NotNow:
            messages.error(request, _("Nothing was noted: start on the request first, and it must not have ended."))
        except ValueError:
            messages.error(request, _("Nothing was noted: choose what came of it."))
        else:
            messages.success(request, _("Noted. The patient sees it."))
        return None

    def _message(self, request: HttpRequest, referral: Referral) -> HttpResponse | None:
        text = request.POST.get("text", "")
        try:
            correspondence.write(referral, actor=moves.Actor.of_clinic(person(request)), text=text)
        except moves.NothingSaid:
            messages.error(request, _("Nothing was sent: write something, of at most 2,000 characters."))
        except correspondence.NotNow:
            referral.refresh_from_db()
            messages.error(request, _("Nothing was sent: nobody can be written to about a request that stands so."))
        except correspondence.TooMany:
            messages.error(request, _("Nothing was sent: these are too many messages in a day. Call the patient."))
        else:
            messages.success(request, _("Sent. The patient reads it on the private page."))
            return None
        return self.page_of(request, referral, status=400, message=text)

    def _link(self, request: HttpRequest, referral: Referral) -> HttpResponse | None:
        if request.POST.get("asked") != "on":
            sentence = _("Nothing was changed: ask for the date of birth first, compare it, then tick the box.")
            messages.error(request, sentence)
            return self.page_of(request, referral, status=400)
        try:
            token = handing_out.hand_out(referral, user=person(request))
        except handing_out.LinkRefused as refused:
            referral.refresh_from_db()
            sentence = (
                _("Nothing was changed: the patient has a checked address. “End all links” mails a new one there.")
                if refused.can_be_mailed
                else _("Nothing was changed: this request has no page that a patient could open.")
            )
            messages.error(request, sentence)
            return self.page_of(request, referral, status=409)
        with override(referral.language):
            link = settings.SITE_URL + reverse("referral-follow", args=[token])
        page = {
            **self.admin_site.each_context(request),
            "title": _("A new link for the patient of %(reference)s") % {"reference": referral.reference},
            "opts": self.opts,
            "referral": referral,
            "link": link,
            "qr": qr.svg(link),
        }
        return TemplateResponse(request, "admin/referrals/referral/link.html", page)
