"""/referrals/{token}/: the patient follows a request without an account."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from referrals import moves, story
from referrals.models import Referral, ReferralLink
from referrals.views.private import secret_address, see_other


@secret_address
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Where the request stands."""
    referral = _referral(token)
    if referral is None:
        return _unknown(request)
    return _show(request, referral, token)


# Whoever knows the address may press the button, and nobody else can: a forged form would have to know it too. Django's
# own check cannot pass here, because with `Referrer-Policy: no-referrer` browsers send `Origin: null`.
@csrf_exempt
@secret_address
@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """The patient takes the request back."""
    referral = _referral(token)
    if referral is None:
        return _unknown(request)
    try:
        moves.withdraw(referral)
    except (moves.MoveRefused, moves.ReferralMoved):
        # It ended, or moved on, while the page was open: show how it stands now.
        referral.refresh_from_db()
        return _show(request, referral, token, refused=True)
    return see_other(reverse("referral-follow", args=[token]))


def _referral(token: str) -> Referral | None:
    link = ReferralLink.objects.opened_by(token).first()
    if link is None:
        return None
    return Referral.objects.select_related("procedure", "clinic", "practice__specialist", "practice__site").get(
        pk=link.referral_id
    )


def _show(request: HttpRequest, referral: Referral, token: str, *, refused: bool = False) -> HttpResponse:
    page = {
        "referral": referral,
        "story": story.tell(referral),
        "token": token,
        "address": settings.SITE_URL + reverse("referral-follow", args=[token]),
        "time_zone": referral.practice.site.time_zone or settings.TIME_ZONE,
        "refused": refused,
    }
    return render(request, "referrals/follow.html", page, status=409 if refused else 200)


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "referrals/no_link.html", status=404)
