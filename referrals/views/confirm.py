"""/referrals/{token}/confirm/: a patient says whether a request that somebody else sent for them is theirs."""

from contextlib import suppress

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from directory import limits, warning_signs
from directory.api.throttles import address, subscriber
from directory.forms import PageForm
from referrals import birth, gate, moves, states
from referrals.intake import questions, readiness, redflags, sending
from referrals.intake.forms import ReviewForm, StepForm, WhoForm, signs_today
from referrals.intake.questions import CONSENT_VERSION
from referrals.models import Referral, ReferralLink
from referrals.states import State
from referrals.vault.keys import VaultError
from referrals.views import device
from referrals.views.closed import link_closed
from referrals.views.private import secret_address, see_other


# Whoever knows the address may press its buttons, and nobody else can; see `follow.withdraw`.
@csrf_exempt
@secret_address
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Who asks, and which clinic; what it is about, once the date of birth was typed. Opening it changes nothing."""
    link = ReferralLink.objects.opened_by(token).of_patient().first()
    if link is None and redflags.stops(request.POST.get("warning", "")):
        return render(request, "referrals/stop.html", {"by_office": True})  # pressed twice: the first ended it
    if link is None:
        return render(request, "referrals/no_link.html", status=404)
    referral = Referral.objects.select_related(
        "procedure", "clinic", "practice__specialist", "practice__site", "partner"
    ).get(pk=link.referral_id)
    if referral.state != State.UNCONFIRMED:
        return see_other(reverse("referral-follow", args=[token]))
    try:
        return _say(request, link, referral, token)
    except VaultError:
        return render(request, "referrals/confirm_shut.html", {"referral": referral}, status=503)


def _say(request: HttpRequest, link: ReferralLink, referral: Referral, token: str) -> HttpResponse:
    """The page, or what one of its buttons does. Raises VaultError; then nothing was done."""
    is_open = device.has_opened(request, referral)
    if request.method != "POST":
        return _page(request, referral, ReviewForm() if is_open else WhoForm())
    if request.POST.get("go") == "not_mine":
        try:
            is_held = not moves.disown(referral)
        except (moves.MoveRefused, moves.ReferralMoved):  # it moved on this very moment: its page says how it stands
            return see_other(reverse("referral-follow", args=[token]))
        page = {"blocked_days": settings.NOT_MINE_BLOCKS_DAYS, "is_held": is_held}
        return render(request, "referrals/not_mine.html", page)
    if redflags.stops(request.POST.get("warning", "")):
        with suppress(moves.MoveRefused, moves.ReferralMoved):
            moves.withdraw(referral, reason=states.STOPPED)  # nothing of it is kept, as of any other form
        return render(
            request, "referrals/stop.html", {"by_office": True, "is_held": referral.erase_asked_at is not None}
        )
    if is_open and request.POST.get("go") == "letter":
        letter = {"to": referral, "today": timezone.localdate(), "back": reverse("referral-confirm", args=[token])}
        return render(request, "referrals/letter.html", letter)
    return _agree(request, referral, token) if is_open else _open(request, link, referral, token)


def _open(request: HttpRequest, link: ReferralLink, referral: Referral, token: str) -> HttpResponse:
    """They say who they are; then they read what was asked for them."""
    form = WhoForm(request.POST)
    if not form.is_valid():
        return _page(request, referral, form)
    try:
        birth.check(link, referral, form.cleaned_data["date_of_birth"])
    except birth.WrongBirth:
        form.add_error("birth_month", form.other_birth)
        return _page(request, referral, form)
    except birth.LinkClosed as closed:
        return link_closed(request, referral, closed)
    done = see_other(reverse("referral-confirm", args=[token]))
    device.remember(request, done, referral)
    return done


def _agree(request: HttpRequest, referral: Referral, token: str) -> HttpResponse:
    """They have read it, and it is sent."""
    signs, form = signs_today(dict(request.POST.lists())), ReviewForm(request.POST)
    if not (signs.is_valid() & form.is_valid()):
        return _page(request, referral, form, signs)
    said = moves.SignsToday(signs.given["warning"], signs.given["warning_text"])
    try:
        # Whatever comes of it, so that nobody tries without end; of its own, so that a refused one is counted
        limits.count("referral-confirm", subscriber(address(request)), most=settings.REQUESTS_PER_ADDRESS)
    except limits.TooManyToday:
        return _page(request, referral, form, signs, too_many=True, status=429)
    try:
        with transaction.atomic():  # what is refused, or is no new one, uses up nothing of the clinic's day
            sent = moves.confirm(
                referral,
                signs=said,
                consent_version=CONSENT_VERSION,
                finish=lambda sent: sending.count_for_clinic(sent.clinic_id),
            )
    except limits.TooManyToday:
        referral.refresh_from_db()
        return _page(request, referral, form, signs, clinic_full=True, status=429)
    except gate.GateClosed:  # meanwhile: it takes none for this now, does not offer it, or is another clinic's office
        return _page(request, referral, form, signs, closed=True, status=409)
    except (moves.MoveRefused, moves.ReferralMoved):
        sent = referral  # it moved on meanwhile: its page says how it stands
    follow = reverse("referral-follow", args=[token])
    if sent.pk != referral.pk:
        has_sign = said.answer == redflags.Answer.LONG_STANDING
        page = {"to": sent, "email": sent.unseal().email, "by_office": True, "has_sign": has_sign, "follow": follow}
        return render(request, "referrals/running.html", page)
    return see_other(follow)


def _page(
    request: HttpRequest,
    referral: Referral,
    form: PageForm,
    gate_form: StepForm | None = None,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    """`gate_form`: what was answered to the warning signs, once it was read what it is about."""
    content = referral.unseal()
    if gate_form is None:
        gate_form = signs_today()
        gate_form.initial["warning_text"] = content.answers.get("warning_text", "")  # to be put right, if need be
    page = {
        "referral": referral,
        "to": referral.practice,
        "office": content.answers.get("office_name", ""),
        "partner": referral.partner.name if referral.partner else "",
        "form": form,
        "gate": gate_form,
        "summary": [*gate_form.summary(), *form.summary()] if form.is_bound else [],
        "erase_after": settings.ERASE_AFTER_DAYS,
        "signs": warning_signs.SIGNS,
        **more,
    }
    if isinstance(form, ReviewForm):
        page |= {
            "is_open": True,
            "content": content,
            "sections": questions.as_read(content.answers),
            "readiness": readiness.kept(content.answers),
            "office_phone": content.answers.get("office_phone", ""),
        }
    return render(request, "referrals/confirm.html", page, status=status)
