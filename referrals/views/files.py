"""/referrals/{token}/files/{number}/: the patient takes a file back, where the date of birth was typed here before."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from referrals.attachments import keeping, serving
from referrals.models import ReferralLink
from referrals.vault.keys import VaultError
from referrals.views import device
from referrals.views.private import secret_address, see_other


@secret_address
@require_GET
def file(request: HttpRequest, token: str, number: int) -> HttpResponseBase:
    """One file. What may not be seen yet is as if it were not there."""
    link = ReferralLink.objects.opened_by(token).filter(for_office=False).select_related("referral").first()
    if link is None:
        return render(request, "referrals/no_link.html", status=404)
    if not device.has_opened(request, link.referral):
        return see_other(reverse("referral-follow", args=[token]) + "#open")
    attachment = link.referral.attachments.shown().filter(number=number).select_related("referral").first()
    if attachment is None:
        return render(request, "referrals/no_file.html", {"token": token}, status=404)
    try:
        return serving.answer(attachment, keeping.content(attachment, link.referral.key()))
    except (VaultError, keeping.NoFile):
        return render(request, "referrals/no_file.html", {"token": token, "does_not_open": True}, status=503)
