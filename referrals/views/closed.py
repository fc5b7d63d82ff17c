"""The page that says that a link is closed, and who can help."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from referrals import birth
from referrals.models import Referral
from referrals.states import State
from referrals.vault.keys import VaultError


def link_closed(request: HttpRequest, referral: Referral, closed: birth.LinkClosed) -> HttpResponse:
    """After five wrong dates: the clinic helps, or the office that asked while the clinic has seen nothing yet."""
    page: dict[str, object] = {"mailed": closed.mailed, "to": referral}
    if referral.state == State.UNCONFIRMED:
        page |= {"by_office": True, **_office(referral)}
    return render(request, "referrals/link_closed.html", page, status=403)


def _office(referral: Referral) -> dict[str, str]:
    """Who asked, as far as it can be read."""
    try:
        answers = referral.unseal().answers
    except VaultError:
        return {}
    return {"office": answers.get("office_name", ""), "office_phone": answers.get("office_phone", "")}
