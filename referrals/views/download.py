"""/referrals/{token}/download/: all that is kept of a request as a file, once the date of birth was typed."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from directory.forms import PageForm
from referrals import birth, download
from referrals.intake import dates
from referrals.models import Referral, ReferralLink
from referrals.vault.keys import VaultError
from referrals.views import device
from referrals.views.closed import link_closed
from referrals.views.private import secret_address

FILES = {"pdf": download.as_pdf, "json": download.as_json}


class BirthForm(PageForm):
    """The date of birth in three boxes, right or not at all."""

    month = forms.CharField(label=_("Month"), required=False, widget=forms.TextInput(attrs={"class": "usa-input"}))
    day = forms.CharField(label=_("Day"), required=False, widget=forms.TextInput(attrs={"class": "usa-input"}))
    year = forms.CharField(label=_("Year"), required=False, widget=forms.TextInput(attrs={"class": "usa-input"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs |= {"inputmode": "numeric", "maxlength": "4", "autocomplete": "off"}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        try:
            typed = {part: given.get(part, "") for part in ("month", "day", "year")}
            given["born"] = dates.birth(typed, timezone.localdate(), youngest=0)  # whom the clinic sees it has said
        except dates.DateRefused as refused:
            self.add_error(refused.part, refused.message)
        return given


# As for `follow.withdraw`: whoever knows the address may press the button, and nobody else can.
@csrf_exempt
@secret_address
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, token: str) -> HttpResponse:
    """Asks for the date of birth where this device has not typed it yet, then gives the file."""
    link = ReferralLink.objects.opened_by(token).of_patient().first()
    if link is None:
        return render(request, "referrals/no_link.html", status=404)
    referral = Referral.objects.select_related("clinic", "procedure", "practice__specialist", "practice__site").get(
        pk=link.referral_id
    )
    is_open = device.has_opened(request, referral)
    form = BirthForm(request.POST if request.method == "POST" and not is_open else None)
    page = {"form": form, "token": token, "referral": referral, "is_open": is_open}
    if request.method != "POST":
        return render(request, "referrals/download.html", page)
    if not is_open and not form.is_valid():
        return render(request, "referrals/download.html", {**page, "summary": form.summary()})
    try:
        if not is_open:
            birth.check(link, referral, form.cleaned_data["born"])
        kind = "pdf" if request.POST.get("as") == "pdf" else "json"
        answer = HttpResponse(FILES[kind](referral), content_type=f"application/{kind}")
    except birth.WrongBirth as wrong:
        words = _("That is not the date of birth in this request. Tries left: %(left)d")
        form.add_error("month", words % {"left": wrong.left})
        return render(request, "referrals/download.html", {**page, "summary": form.summary()})
    except birth.LinkClosed as closed:
        return link_closed(request, referral, closed)
    except VaultError:
        return render(request, "referrals/download.html", {**page, "does_not_open": True}, status=503)
    answer["Content-Disposition"] = f'attachment; filename="request-{referral.reference}.{kind}"'
    device.remember(request, answer, referral)
    return answer
