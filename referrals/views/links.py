"""/referrals/{token}/end-links/: the patient ends every link to the request at once, and goes on by a new one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from referrals.models import ReferralLink
from referrals.views import device
from referrals.views.private import secret_address, see_other


# The date of birth first: whoever only has the link must not be able to take it from the patient.
# As for `follow.withdraw`: whoever knows the address may press the button, and nobody else can.
@csrf_exempt
@secret_address
@require_POST
def end_all(request: HttpRequest, token: str) -> HttpResponse:
    """All links end, this one too; the answer leads to a new one, which nobody else has."""
    link = ReferralLink.objects.opened_by(token).select_related("referral").first()
    if link is not None and not device.has_opened(request, link.referral):
        return see_other(reverse("referral-follow", args=[token]) + "#open")
    new = ReferralLink.objects.replace(token)
    if new is None:
        return render(request, "referrals/no_link.html", status=404)
    return see_other(reverse("referral-follow", args=[new]))
