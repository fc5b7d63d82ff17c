"""/referrals/{token}/: the patient follows a request without an account.

Whoever knows the address sees how far it is. What is clinical is shown after the date of birth was typed once on that
device; what changes something is a button of its own.
"""

import datetime
from collections.abc import Callable
from functools import wraps
from itertools import takewhile
from typing import Any, Concatenate

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from directory import limits, warning_signs
from referrals import birth, clock, corrections, correspondence, erasing, gate, moves, states, story
from referrals.attachments import adding, keeping, kinds, upload
from referrals.deliveries import outbox
from referrals.intake import readiness, redflags, sending
from referrals.intake.forms import signs_today
from referrals.intake.questions import CONSENT_VERSION
from referrals.intake.readiness import Readiness
from referrals.models import Referral, ReferralLink
from referrals.models.correspondence import LONGEST_MESSAGE
from referrals.models.links import SAME_CLICK
from referrals.states import Role, State
from referrals.vault import tokens
from referrals.vault.keys import VaultError
from referrals.views import device
from referrals.views.closed import link_closed
from referrals.views.private import secret_address, see_other

LONGEST_NUMBER = 18  # digits of a number of a practice

type Act = Callable[Concatenate[HttpRequest, Referral, str, ...], HttpResponse]


@secret_address
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Where the request stands."""
    link = _link(token)
    if link is None:
        return _unknown(request)
    done = "" if link.for_office else device.notice(request, link.referral)
    page = _show(request, link.referral, token, is_office=link.for_office, done=done)
    if done:
        device.forget_notice(page)
    return page


def button(act: Act) -> Callable[..., HttpResponseBase]:
    """A POST by whoever knows the address.

    Nobody else can press it: a forged form would have to know the address too. Django's own check cannot pass here,
    because with `Referrer-Policy: no-referrer` browsers send `Origin: null`.
    """

    @csrf_exempt
    @secret_address
    @sensitive_post_parameters()
    @require_POST
    @wraps(act)
    def press(request: HttpRequest, token: str) -> HttpResponse:
        link = _link(token)
        if link is None:
            return _unknown(request)
        if link.for_office:
            return _show(request, link.referral, token, status=403, is_office=True)
        try:
            return act(request, link.referral, token)
        except (moves.MoveRefused, moves.ReferralMoved, correspondence.NotNow):
            # It ended, or moved on, while the page was open: show how it stands now.
            link.referral.refresh_from_db()
            if _just_done(link.referral, act.__name__, text := request.POST.get("text", "")):
                return _done(link.referral, token, "answer") if text else _back(token)
            return _show(request, link.referral, token, status=409, refused=True, typed=request.POST.get("text", ""))
        except VaultError:  # the server lacks the key: nobody was wrong, and nothing was done
            link.referral.refresh_from_db()
            typed = request.POST.get("text", "")
            return _show(request, link.referral, token, status=503, does_not_open=True, typed=typed)

    return press


def _just_done(referral: Referral, name: str, text: str) -> bool:
    """Whether the patient's own last press, a moment ago, did the same: the second click of a double one."""
    last = referral.steps.last()
    if last is None or (last.role, last.move) != (Role.PATIENT, name) or timezone.now() - last.at > SAME_CLICK:
        return False
    said = referral.messages.filter(role=Role.PATIENT).last() if text else None
    return not text or (said is not None and said.unseal(referral.key()) == text.strip())


def opened(act: Act) -> Act:
    """Only where the date of birth was typed on this device; otherwise it is asked for, and what was typed stays."""

    @wraps(act)
    def guarded(request: HttpRequest, referral: Referral, token: str) -> HttpResponse:
        if not device.has_opened(request, referral):
            return _show(request, referral, token, status=403, ask_first=True, typed=request.POST.get("text", ""))
        return act(request, referral, token)

    return guarded


@button
def withdraw(request: HttpRequest, referral: Referral, token: str) -> HttpResponse:
    """The patient takes the request back. Where they had not agreed to it nothing of it is kept, and no page either."""
    was_unconfirmed = referral.state == State.UNCONFIRMED
    moves.withdraw(referral)
    if was_unconfirmed:
        return _erased(request, referral, is_held=referral.erased_at is None, never_sent=True)
    return _back(token)


@button
def not_mine(request: HttpRequest, referral: Referral, token: str) -> HttpResponse:
    """Somebody else had sent it: it ends, is erased at once, the link included, and the mailbox is left alone."""
    page = {
        "blocked_days": settings.NOT_MINE_BLOCKS_DAYS if referral.email_hash else None,
        "gone_on": bool(moves.gone_on(referral)),
    }
    return _erased(request, referral, is_held=not moves.disown(referral), **page)


@button
@opened
def erase(request: HttpRequest, referral: Referral, token: str) -> HttpResponse:
    """The patient wants nothing of it kept here; a running request is withdrawn by it.

    Under a legal hold only the wish is noted, and the request goes on: to end it is a choice of its own.
    """
    with transaction.atomic():
        # Kept as it is until the end: a hold that is set now waits, and then finds nothing to hold
        row = Referral.objects.select_for_update().get(pk=referral.pk)
        is_held = row.holds.standing().exists()
        if not is_held and not referral.has_ended:
            moves.withdraw(referral)
        erasing.erase_or_wait(referral)
    return _done(referral, token, "erase") if is_held else _erased(request, referral)


@button
def show_all(request: HttpRequest, referral: Referral, token: str) -> HttpResponse:
    """The date of birth was typed."""
    born = _date(request)
    if born is None:
        wrong = _("Enter month, day and year in numbers, for example 7 22 1961")
        return _show(request, referral, token, status=400, birth_error=wrong)
    link = _link(token)
    if link is None:  # it ended on this very moment
        return _unknown(request)
    try:
        birth.check(link, referral, born)
    except birth.WrongBirth as error:
        wrong = _("That is not the date of birth in this request. Tries left: %(left)d") % {"left": error.left}
        return _show(request, referral, token, status=400, birth_error=wrong)
    except birth.LinkClosed as closed:
        return link_closed(request, referral, closed)
    done = _back(token)
    device.remember(request, done, referral)
    return done


@button
@opened
def answer(request: HttpRequest, referral: Referral, token: str) -> HttpResponse:
    """The patient answers the clinic's question."""
    return _said(request, referral, token, moves.answer, "answer")


@button
@opened
def message(request: HttpRequest, referral: Referral, token: str) -> HttpResponse:
    """The patient writes to the clinic."""
    return _said(request, referral, token, correspondence.write, "message")


@button
@opened
def add_file(request: HttpRequest, referral: Referral, token: str) -> HttpResponse:
    """A report, a letter or a photo for the clinic. What the form held is read here, and by nothing before."""
    try:
        with upload.receive(request) as sent:
            adding.add(referral, sent)
    except (upload.NotReceived, kinds.NotTaken) as refused:
        wrong, status = _why_no_file(refused.why), {"too_big": 413, "busy": 503}.get(refused.why, 400)
    except adding.TooManyFiles:
        wrong, status = _("There are as many files as a request can have. Bring the rest to the visit"), 400
    except (VaultError, OSError):
        wrong, status = _("The file could not be kept just now. Nothing is lost of what is here. Try again later"), 503
    else:
        return _back(token, "#files")
    return _show(request, referral, token, status=status, file_error=wrong)


@button
@opened
def remove_file(request: HttpRequest, referral: Referral, token: str) -> HttpResponse:
    """The patient takes a file away."""
    chosen = request.POST.get("number", "")
    try:
        adding.remove(referral, int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 5 else 0)
    except erasing.OnHold:
        wrong = _("Nothing can be deleted now: a legal hold stands on this request")
        return _show(request, referral, token, status=409, file_error=wrong)
    return _back(token, "#files")


@button
@opened
def seen(request: HttpRequest, referral: Referral, token: str) -> HttpResponse:
    """The patient was seen."""
    try:
        moves.seen(referral, actor=moves.PATIENT)
    except moves.AppointmentRefused:
        return _show(request, referral, token, status=409, refused=True)
    return _back(token)


@button
@opened
def not_seen(request: HttpRequest, referral: Referral, token: str) -> HttpResponse:
    """The appointment did not take place: the clinic reads it as a message, and can set a new date."""
    if not story.tell(referral, timezone.now()).asks_whether_seen:
        return _show(request, referral, token, status=409, refused=True)
    moves.not_seen(referral, text=_("I was not seen at the appointment. Please give me a new date."))
    return _back(token)


@button
@opened
def move_on(request: HttpRequest, referral: Referral, token: str) -> HttpResponse:
    """The same answers go to another clinic, to which the patient has agreed by name, if no sign is new or worse."""
    if redflags.stops(request.POST.get("warning", "")):
        return render(request, "referrals/stop.html", {"token": token})
    chosen = request.POST.get("to", "")
    practice, clinic = _numbers(chosen)
    signs = signs_today(dict(request.POST.lists()))
    given = signs.given if signs.is_valid() else {}
    if not Referral.objects.filter(continues=referral).exists():
        if not _may_move_on(referral):
            return _show(request, referral, token, status=409, refused=True)
        if not signs.is_valid():
            return _show(request, referral, token, status=400, gate=signs)
        if chosen not in request.POST.getlist("agree"):
            return _show(request, referral, token, status=400, gate=signs, not_agreed=chosen)
    try:
        new = moves.redirect(
            referral,
            practice,
            clinic_id=clinic,
            signs=moves.SignsToday(given.get("warning", ""), given.get("warning_text", "")),
            consent_version=CONSENT_VERSION,
            form_key_hash=tokens.keyed_hash("moved-on", str(referral.pk)),
            finish=lambda new: sending.count_for_clinic(new.clinic_id),
        )
    except moves.AlreadySent as sent:
        new = sent.referral
    except (gate.GateClosed, moves.StillRunning, moves.NotReady, limits.TooManyToday, OSError) as refused:
        referral.refresh_from_db()  # it had ended before the other one was refused, and stands as it did again
        return _not_moved(request, referral, token, refused)
    done = see_other(reverse("referral-follow", args=[ReferralLink.objects.issue(new)]))
    device.remember(request, done, new)
    return done


def _not_moved(request: HttpRequest, referral: Referral, token: str, refused: Exception) -> HttpResponse:
    """Nothing was sent to the other clinic, and why."""
    match refused:
        case gate.GateClosed():
            return _show(request, referral, token, status=409, not_moved="closed")
        case moves.StillRunning(referral=running):
            is_mailed = outbox.mail_link(running, timezone.now())
            return _show(request, referral, token, status=409, not_moved="running", is_mailed=is_mailed)
        case moves.NotReady():
            return _show(request, referral, token, status=409, not_moved="not_ready")
        case limits.TooManyToday():
            return _show(request, referral, token, status=429, not_moved="full")
        case _:
            wrong = _("Nothing was sent: your documents cannot be taken along just now. Try again later")
            return _show(request, referral, token, status=503, file_error=wrong)


def _numbers(chosen: str) -> tuple[int, int]:
    """The numbers of practice and clinic, as the page wrote them: "4711.12"; those of none for anything else."""
    parts = chosen.split(".")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) <= LONGEST_NUMBER for part in parts):
        return 0, 0
    return int(parts[0]), int(parts[1])


def _erased(request: HttpRequest, referral: Referral, **page: Any) -> HttpResponse:
    """Says honestly what has become of it."""
    return render(request, "referrals/erased.html", {"reference": referral.reference, **page})


def _said(request: HttpRequest, referral: Referral, token: str, say: Callable[..., object], what: str) -> HttpResponse:
    text = request.POST.get("text", "")
    try:
        say(referral, actor=moves.PATIENT, text=text)
    except moves.NothingSaid:
        wrong = _("Write something, of at most %(most)d characters") % {"most": LONGEST_MESSAGE}
    except correspondence.TooMany:
        wrong = _("You have written many messages today. Please call the clinic")
    else:
        return _done(referral, token, what)
    return _show(request, referral, token, status=400, text_error=wrong, typed=text)


def _why_no_file(why: str) -> str:
    """What is wrong with the file, and what to do."""
    return {
        "none": _("Choose a file first"),
        "too_big": _("The file is larger than 20 MB. Send fewer pages, or photos of the pages one by one"),
        "busy": _("Others are sending files just now. Wait a minute, and try again"),
        "cut_off": _("The file did not arrive whole. Try again, where the connection is better"),
        "empty": _("There is nothing in the file. Choose another one"),
        "broken": _("The file is damaged or not whole. Open it to see, save it anew, and try again"),
        "heic": _("It is a photo of the kind HEIC, which many offices cannot open. Send a screenshot of it instead"),
        "disc": _("It is a picture from the disc (DICOM). Bring the disc to the visit; add its report here"),
        "unknown": _("Only PDF, JPEG and PNG can be added. Save it as PDF, or take a photo of the page"),
    }[why]


def _link(token: str) -> ReferralLink | None:
    to = (
        "referral__procedure",
        "referral__clinic",
        "referral__practice__specialist",
        "referral__practice__site__clinic",
    )
    return ReferralLink.objects.opened_by(token).select_related(*to).first()


def _back(token: str, part: str = "") -> HttpResponse:
    return see_other(reverse("referral-follow", args=[token]) + part)


def _done(referral: Referral, token: str, what: str) -> HttpResponse:
    """Back to the page, which says once on top that it is done; `what`: one of the words of parts/done.html."""
    done = _back(token)
    device.remember_notice(done, referral, what)
    return done


def _show(request: HttpRequest, referral: Referral, token: str, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page as the request stands; `more` is what was refused, with what was typed."""
    now = timezone.now()
    if more.get("is_office"):
        return _office(request, referral, status)
    if referral.erased_at is not None:
        return render(request, "referrals/erased.html", {"reference": referral.reference}, status=410)
    wrong = (("birth-month", "birth_error"), ("text", "text_error"), ("file", "file_error"))
    page = {
        "referral": referral,
        "summary": [(field, more[error]) for field, error in wrong if error in more],
        "story": story.tell(referral, now),
        "coming": clock.coming(referral),
        "token": token,
        "address": settings.SITE_URL + reverse("referral-follow", args=[token]),
        "time_zone": clock.zone(referral).key,
        "is_open": device.has_opened(request, referral),
        "is_held": referral.holds.standing().exists(),
        **more,
    }
    if page["is_open"]:
        page = _clinical(referral, now) | page
    return render(request, "referrals/follow.html", page, status=status)


def _office(request: HttpRequest, referral: Referral, status: int) -> HttpResponse:
    """For the doctor's office that asked: how far it is, in words of its own, and for some days how it ended."""
    goes = referral.erased_at and referral.erased_at + datetime.timedelta(days=settings.OFFICE_SEES_END_FOR_DAYS)
    page = {
        "referral": referral,
        "stand": story.for_office(referral),
        "goes": goes,
        "time_zone": clock.zone(referral).key,
    }
    return render(request, "referrals/office.html", page, status=status)


def _clinical(referral: Referral, now: datetime.datetime) -> dict[str, Any]:
    """What is shown after the date of birth only."""
    next_one = Referral.objects.filter(continues=referral).select_related("clinic").first()
    may_move_on = next_one is None and _may_move_on(referral)
    offer = clock.coming(referral).offer
    both_ways = correspondence.read(referral)
    return {
        "messages_both_ways": both_ways,
        "asked": _asked(both_ways),
        "may_write": correspondence.may_write(referral, Role.PATIENT),
        "may_correct": corrections.may_correct(referral),
        "may_answer": referral.state == State.NEEDS_INFORMATION,
        "longest_message": LONGEST_MESSAGE,
        "attempts": referral.attempts.all(),
        "files": (listed := keeping.listed(referral)),
        "has_files": any(file.is_kept for file in listed),
        "may_add_file": adding.may_add(referral),
        "is_scanned": bool(settings.ATTACHMENT_SCANNER),
        "office_looks": referral.links.all().valid().of_offices().exists(),
        "next_one": next_one,
        "may_move_on": may_move_on,
        "offers": _offers(referral) if may_move_on else [],
        "gate": signs_today(),
        "signs": warning_signs.SIGNS,
        "is_offered": referral.has_ended or (offer is not None and offer <= now),
    }


def _asked(both_ways: list[correspondence.Said]) -> list[correspondence.Said]:
    """What the clinic has said since the patient's last word; the newest of it all where that was the patient's."""
    since = list(takewhile(lambda said: said.role != Role.PATIENT, reversed(both_ways)))
    return since[::-1] or [said for said in both_ways if said.role != Role.PATIENT][-1:]


def _offers(referral: Referral) -> list[tuple[gate.Nearby, Readiness]] | None:
    """Who else could be asked, each with what it would find missing in these answers.

    None where the request does not open: then nobody knows, and it can still be withdrawn and erased.
    """
    try:
        content, today = referral.unseal(), timezone.localdate()
        near = gate.not_asked_yet(referral)
    except VaultError:
        return None
    return [(one, readiness.of_request(one.offering, content, today)) for one in near]


def _may_move_on(referral: Referral) -> bool:
    if referral.state in states.GO_ON_AFTER:
        return True
    sent = referral.submitted_at is not None
    return sent and any(move.name == "redirect" for move in states.open_moves(referral.state, Role.PATIENT))


def _date(request: HttpRequest) -> datetime.date | None:
    parts = [request.POST.get(f"birth_{part}", "").strip() for part in ("year", "month", "day")]
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        return None
    try:
        return datetime.date(*map(int, parts))
    except ValueError:
        return None


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "referrals/no_link.html", status=404)
