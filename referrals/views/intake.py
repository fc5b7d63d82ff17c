"""/referrals/new/: one page, from the warning signs to the consent."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from directory import warning_signs
from referrals import gate, moves
from referrals.intake import redflags
from referrals.intake.forms import RequestForm
from referrals.intake.questions import CONSENT_VERSION
from referrals.models import ReferralLink
from referrals.vault import tokens
from referrals.views.private import private, see_other

LARGEST_ID = 2**63 - 1


@private
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The empty form, or what came of sending it."""
    try:
        if request.method == "POST":
            return _send(request)
        to = gate.destination(_practice_id(request.GET.get("practice", "")), request.GET.get("procedure", ""))
        return render(request, "referrals/new.html", _page(to, RequestForm()))
    except gate.NoSuchPractice:
        return render(request, "referrals/no_such_practice.html", status=404)
    except gate.NotOffered as refused:
        return render(request, "referrals/not_offered.html", {"refused": refused}, status=400)
    except gate.TakesNone as refused:
        return _call(request, refused.destination)


def _send(request: HttpRequest) -> HttpResponse:
    # The warning signs come before everything else, so that nobody is told about a missing phone number instead.
    if redflags.stops(request.POST.get("warning", "")):
        return render(request, "referrals/stop.html")
    practice_id, procedure = _practice_id(request.POST.get("practice", "")), request.POST.get("procedure", "")
    form = RequestForm(request.POST)
    if not form.is_valid():
        to = gate.destination(practice_id, procedure)
        return render(request, "referrals/new.html", _page(to, form))
    try:
        referral = moves.submit(
            practice_id,
            procedure,
            form.content(),
            consent_version=CONSENT_VERSION,
            form_key_hash=tokens.keyed_hash(
                "referral-form", form.cleaned_data["form_key"], str(practice_id), procedure
            ),
            language=get_language() or settings.LANGUAGE_CODE,
        )
    except moves.AlreadySent as sent:
        referral = sent.referral
        # Only who sends the very same answers again is the one who sent them, and meant one request by it.
        if referral.has_ended or referral.unseal() != form.content():
            return render(request, "referrals/already_sent.html", {"to": referral.practice}, status=409)
    return see_other(reverse("referral-follow", args=[ReferralLink.objects.issue(referral)]))


def _call(request: HttpRequest, to: gate.Destination) -> HttpResponse:
    """This clinic takes no requests here: the phone number, and who does."""
    nearest = gate.nearest_online(to.practice, to.procedure)
    status = 409 if request.method == "POST" else 200
    return render(request, "referrals/call.html", {"to": to, "nearest": nearest}, status=status)


def _page(to: gate.Destination, form: RequestForm) -> dict[str, object]:
    return {"to": to, "form": form, "summary": form.summary() if form.is_bound else [], "signs": warning_signs.SIGNS}


def _practice_id(text: str) -> int:
    """Raises NoSuchPractice for what is no number of ours."""
    if not (text.isascii() and text.isdigit()) or len(text) > 19 or int(text) > LARGEST_ID:
        raise gate.NoSuchPractice("no number of a practice")
    return int(text)
