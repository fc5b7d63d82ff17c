"""On which devices the date of birth was typed: a signed cookie that names no request and opens nothing by itself."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from referrals.models import Referral
from referrals.vault import tokens

COOKIE, SALT = "request_opened", "referrals.device"
LASTS = 180 * 24 * 60 * 60  # seconds
MOST = 8  # requests of one device; the oldest is asked again


def has_opened(request: HttpRequest, referral: Referral) -> bool:
    """Whether the date of birth in this request was typed on this device."""
    return _mark(referral) in _marks(request)


def remember(request: HttpRequest, response: HttpResponse, referral: Referral) -> None:
    """This device need not be asked again about this request."""
    marks = [_mark(referral), *(mark for mark in _marks(request) if mark != _mark(referral))]
    response.set_signed_cookie(
        COOKIE,
        ".".join(marks[:MOST]),
        salt=SALT,
        max_age=LASTS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",  # links in mails are followed from elsewhere
    )


def _marks(request: HttpRequest) -> list[str]:
    found = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=LASTS)
    return found.split(".") if found else []


def _mark(referral: Referral) -> str:
    return tokens.keyed_hash("opened-on-device", str(referral.pk))[:32]
