"""What one device remembers: where the date of birth was typed, and that a press just now was done.

Signed cookies that name no request, hold nothing that was typed, and open nothing by themselves.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from referrals.models import Referral
from referrals.vault import tokens

COOKIE, SALT = "request_opened", "referrals.device"
LASTS = 180 * 24 * 60 * 60  # seconds
MOST = 8  # requests of one device; the oldest is asked again
NOTICE, NOTICE_SALT = "request_notice", "referrals.notice"
NOTICE_LASTS = 120  # seconds: for the page that follows the press, and no later one


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


def remember_notice(response: HttpResponse, referral: Referral, what: str) -> None:
    """The next page about this request says that `what` is done: a word of ours, none of the patient's."""
    response.set_signed_cookie(
        NOTICE,
        f"{_mark(referral)}.{what}",
        salt=NOTICE_SALT,
        max_age=NOTICE_LASTS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def notice(request: HttpRequest, referral: Referral) -> str:
    """What was done about this request by the press before this page; "" where nothing is to be said."""
    found = request.get_signed_cookie(NOTICE, default="", salt=NOTICE_SALT, max_age=NOTICE_LASTS)
    mark, _, what = (found or "").partition(".")
    return what if mark == _mark(referral) else ""


def forget_notice(response: HttpResponse) -> None:
    """It was said."""
    response.delete_cookie(NOTICE, samesite="Lax")


def _marks(request: HttpRequest) -> list[str]:
    found = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=LASTS)
    return found.split(".") if found else []


def _mark(referral: Referral) -> str:
    return tokens.keyed_hash("opened-on-device", str(referral.pk))[:32]
