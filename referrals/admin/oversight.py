"""What an operator does with a request by exception: reads it for a reason, or holds it back from erasing."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.validators import RegexValidator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from directory.admin.reading import ReadAdmin
from directory.admin.scope import LOOK, ScopedAdmin, person
from directory.admin.site import site
from directory.models import User
from referrals import access, handing_out, holds
from referrals.admin.page import age, time_zone
from referrals.attachments import keeping, serving
from referrals.deliveries import outbox
from referrals.intake import questions
from referrals.models import LegalHold, OperatorReading, Referral, ReferralLink
from referrals.vault.keys import VaultError

# It is kept and shown for long, and must hold no patient's name: a number, with a few letters around it.
CASE = re.compile(r"(?=.*\d)[A-Za-z0-9 ./#-]{1,40}")
NO_FILE = _("This document is not there: the patient deleted it, or it is still being checked for viruses.")
CLOSED_FILE = _(
    "This document cannot be opened: it is damaged, or the key that it needs is not on this server. Please tell the "
    "operator of this site, and ask the patient for it again."
)
is_case = RegexValidator(
    re.compile(rf"\A{CASE.pattern}\Z"),
    _("A case number of up to 40 letters and digits, like 2026-117. No name, and nothing about anybody's health."),
)


class ReadForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why?"), choices=[("", _("Choose a reason")), *OperatorReading.Reason.choices], required=True
    )
    case = forms.CharField(label=_("Case number, if there is one"), required=False, validators=[is_case])


class ReadFileForm(ReadForm):
    number = forms.IntegerField(min_value=1, max_value=32_767)


class HoldForm(forms.Form):
    hold_case = forms.CharField(label=_("Case number"), validators=[is_case], max_length=40)


@dataclass(frozen=True, slots=True)
class Panel:
    """The part of a request's page about readings by operators, holds and links."""

    readings: list[OperatorReading]
    holds: list[LegalHold]
    standing: LegalHold | None
    links: int  # that open the request now
    handed_out: list[ReferralLink]
    may_hand_out: bool
    is_operator: bool
    may_hold: bool
    erase_asked: bool
    read: ReadForm
    hold: HoldForm


def panel(referral: Referral, user: User, *, read: ReadForm | None = None, hold: HoldForm | None = None) -> Panel:
    """For an operator all of it, for the clinic who of the operators has read the request."""
    all_holds = list(referral.holds.select_related("set_by", "released_by")) if user.is_superuser else []
    return Panel(
        readings=list(referral.operator_readings.select_related("user")),
        holds=all_holds,
        standing=next((one for one in all_holds if one.released_at is None), None),
        links=referral.links.valid().count(),
        handed_out=list(referral.links.all().handed_out().select_related("issued_by")),
        may_hand_out=access.may_read(user, referral) and handing_out.may_hand_out(referral),
        is_operator=user.is_superuser,
        may_hold=referral.erased_at is None,
        erase_asked=referral.erase_asked_at is not None and referral.erased_at is None,
        read=read or ReadForm(),
        hold=hold or HoldForm(),
    )


class OversightViews(ReadAdmin):
    """The buttons of that part; each has an address of its own."""

    def get_urls(self) -> list[URLPattern]:
        ways = [
            ("read", self.read_view),
            ("read_file", self.read_file_view),
            ("hold", self.hold_view),
            ("release", self.release_view),
            ("end_links", self.end_links_view),
        ]
        own = [
            path(f"<uuid:pk>/{name}/", self.admin_view_of(view), name=f"referrals_referral_{name}")
            for name, view in ways
        ]
        return [*own, *super().get_urls()]

    def admin_view_of(self, view: Any) -> Any:
        return self.admin_site.admin_view(view)

    def read_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Shows the content once, for the reason given; looking again takes a reason again."""
        referral = self._of_operator(request, pk)
        if not isinstance(referral, Referral):
            return referral
        form = ReadForm(request.POST)
        if not form.is_valid():
            return self._again(request, referral, panel(referral, person(request), read=form))
        reason = OperatorReading.Reason(form.cleaned_data["reason"])
        try:
            content = access.read_as_operator(
                referral, user=person(request), reason=reason, case=form.cleaned_data["case"]
            )
            key = referral.key()
            said = [(message, message.unseal(key)) for message in referral.messages.all()]
        except VaultError:
            messages.error(request, str(self._why_closed(referral)))
            return self._back(referral)
        page = {
            **self.admin_site.each_context(request),
            "title": _("Request %(reference)s") % {"reference": referral.reference},
            "opts": self.opts,
            "referral": referral,
            "content": content,
            "age": age(content),
            "sections": questions.as_read(content.answers),
            "said": said,
            "files": keeping.listed(referral),
            "reason": reason.label,
            "read": form.cleaned_data,
            "office_time_zone": time_zone(referral),
        }
        return TemplateResponse(request, "admin/referrals/referral/read_by_operator.html", page)

    def read_file_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
        """One file, for the reason that was given to read the request; each is on record by itself."""
        referral = self._of_operator(request, pk)
        if not isinstance(referral, Referral):
            return referral
        form = ReadFileForm(request.POST)
        if not form.is_valid():
            return self._again(request, referral, panel(referral, person(request), read=ReadForm(request.POST)))
        given = form.cleaned_data
        attachment = referral.attachments.filter(number=given["number"]).select_related("referral__clinic").first()
        try:
            if attachment is None:
                raise access.MayNotRead("no such file")
            reason = OperatorReading.Reason(given["reason"])
            return serving.answer(
                attachment,
                access.read_file_as_operator(attachment, user=person(request), reason=reason, case=given["case"]),
            )
        except access.MayNotRead:
            messages.error(request, str(NO_FILE))
        except (keeping.NoFile, VaultError):
            messages.error(request, str(CLOSED_FILE))
        return self._back(referral)

    def hold_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Nothing of the request is erased from now on."""
        referral = self._of_operator(request, pk)
        if not isinstance(referral, Referral):
            return referral
        form = HoldForm(request.POST)
        if not form.is_valid():
            return self._again(request, referral, panel(referral, person(request), hold=form))
        try:
            holds.place(referral, user=person(request), reason=form.cleaned_data["hold_case"])
        except holds.HoldRefused as refused:
            sentence = {
                "erased": _("Nothing was changed: the request has been erased, and there is nothing left to hold."),
                "standing": _("Nothing was changed: a legal hold stands already."),
            }[refused.why]
            messages.error(request, str(sentence))
        else:
            messages.success(request, str(_("The legal hold stands. Nothing of this request is erased.")))
        return self._back(referral)

    def release_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The request is erased when its time comes, or now where the patient had asked for it."""
        referral = self._of_operator(request, pk)
        if not isinstance(referral, Referral):
            return referral
        form = HoldForm(request.POST)
        if not form.is_valid():
            return self._again(request, referral, panel(referral, person(request), hold=form))
        try:
            erased = holds.release(referral, user=person(request), reason=form.cleaned_data["hold_case"])
        except holds.HoldRefused:
            messages.error(request, str(_("Nothing was changed: no legal hold stands any more.")))
        else:
            if not erased:
                done = _("The legal hold is released. The request is erased when its time comes.")
            elif referral.submitted_at is None:
                done = _("The legal hold is released, and the request is erased: its patient never agreed to it.")
            else:
                done = _("The legal hold is released, and the request is erased: the patient had asked for it.")
            messages.success(request, str(done))
        return self._back(referral)

    def end_links_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """A link may be in wrong hands, the clinic or an operator was told: all end, the patient gets a new one."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        referral: Referral | None = self.own(request, str(pk))
        if referral is None:
            return self.nowhere(request)
        with transaction.atomic():
            ended = referral.links.revoke()
            is_mailed = outbox.mail_other_link(referral) if ended else outbox.mail_link(referral, timezone.now())
        sentence = ngettext("%(ended)d link was ended.", "%(ended)d links were ended.", ended) % {"ended": ended}
        rest = (
            _("A new one is mailed to the patient.")
            if is_mailed
            else _("No new one is mailed: no address of the patient was checked, or one went out within the last hour.")
        )
        messages.success(request, f"{sentence} {rest}")
        return self._back(referral)

    def _of_operator(self, request: HttpRequest, pk: uuid.UUID) -> Referral | HttpResponse:
        """The request, or what to answer instead."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not person(request).is_superuser:
            raise PermissionDenied
        found: Referral | None = self.own(request, str(pk))
        return self.nowhere(request) if found is None else found

    def _again(self, request: HttpRequest, referral: Referral, shown: Panel) -> HttpResponse:
        """The page as it was, with what was typed and what is wrong with it."""
        response = self.page_of(request, referral)
        if isinstance(response, TemplateResponse) and response.context_data is not None:
            response.context_data["oversight"] = shown
        response.status_code = 400
        return response

    def _back(self, referral: Referral) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:referrals_referral_change", args=[referral.pk]))

    def _why_closed(self, referral: Referral) -> Any:
        if referral.erased_at is not None:
            return _("Nothing was recorded: the request has been erased, and there is nothing left to read.")
        return _(
            "Nothing was recorded: the request does not open, because the key that it needs is not on this server. "
            "“manage.py rotate_keys --check” names it."
        )


@admin.register(OperatorReading, site=site)
class OperatorReadingAdmin(ScopedAdmin):
    position = 30
    operators_may = LOOK
    list_display = ["at", "reference", "file_number", "clinic", "user", "reason", "case"]
    fields = ["at", "reference", "file_number", "clinic", "user", "reason", "case"]
    list_filter = ["reason"]
    list_select_related = ["clinic", "user"]
    date_hierarchy = "at"


@admin.register(LegalHold, site=site)
class LegalHoldAdmin(ScopedAdmin):
    position = 31
    operators_may = LOOK
    list_display = ["set_at", "reference", "reason", "set_by", "released_at", "released_by", "release_reason"]
    fields = ["reference", "reason", "set_by", "set_at", "released_at", "released_by", "release_reason"]
    list_filter = [("released_at", admin.EmptyFieldListFilter)]
    list_select_related = ["set_by", "released_by"]
