"""/referrals/new/: a page at a time, from the warning signs to the code. Until it is sent nothing is kept unasked."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from directory import limits, warning_signs
from directory.api.throttles import address, subscriber
from referrals import blocks, gate, moves, qr
from referrals.deliveries import outbox
from referrals.intake import contact, course, drafts, packet, questions, readiness, redflags, sending
from referrals.intake.asking import Theme
from referrals.intake.codes import Asker
from referrals.intake.course import Course
from referrals.intake.forms import CodeForm, ReviewForm, StepForm
from referrals.intake.questions import GATE, SIGNS
from referrals.intake.sending import Sender
from referrals.models import Content, Referral, ReferralLink
from referrals.vault.keys import VaultError
from referrals.vault.sealed import SealedTooOld
from referrals.views import device
from referrals.views.private import private, see_other

REVIEW, CODE, EARLY, KEPT, CALL, SENT = "review", "code", "early", "kept", "call", "sent"
RETELL = "retell"  # the same page in the other language, with what was typed
GOES_ON_TO_SEND = frozenset({"next", "again", "unchecked"})
# What templates/parts/language.html needs; `enter` is what the Enter key presses, which else takes the first button.
RETOLD = {"page": "referral-new", "form": "answers", "name": "go", "value": RETELL, "enter": "next"}
RETOLD_STOP = RETOLD | {"name": "warning", "value": redflags.Answer.NOT_SURE, "enter": ""}  # stops there as well


@dataclass(slots=True)
class Turn:
    """One page sent back to us: where it is to go, and what has been typed so far."""

    request: HttpRequest
    to: gate.Destination
    online: bool
    course: Course

    def render(self, template: str, page: dict[str, Any], *, status: int = 200) -> HttpResponse:
        page = {"to": self.to, "online": self.online, "course": self.course, "retold": RETOLD, **page}
        page["cannot_ask"] = self.online and self.course.to_print
        page["carried"] = self.course.seal()
        draft = drafts.of(self.course)
        page["kept_until"] = draft.expires_at if draft else None
        return render(self.request, f"referrals/{template}.html", page, status=status)


@private
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The first page, or what comes after the button that was pressed."""
    try:
        if request.method == "POST":
            return _turn(request)
        if "practice" not in request.GET:
            return render(request, "referrals/no_office.html")
        practice_id, procedure = _practice_id(request.GET.get("practice", "")), request.GET.get("procedure", "")
        to, online = destination(practice_id, procedure)
        if not online and "packet" not in request.GET:
            return _call(request, to)
        begun = course.begin(practice_id, procedure, to_print=not online)
        return page_of(Turn(request, to, online, begun), GATE)
    except gate.NoSuchPractice:
        return render(request, "referrals/no_such_practice.html", status=404)
    except gate.NotOffered as refused:
        return render(request, "referrals/not_offered.html", {"refused": refused}, status=400)


def _stop(request: HttpRequest, step: str) -> HttpResponse:
    """An emergency: what was kept of this form is deleted, as far as the page says which it was.

    Its answers stay in the page, sealed and without this one, for whoever chose it by mistake.
    """
    page: dict[str, Any] = {"retold": RETOLD_STOP}
    try:
        practice_id, procedure = _practice_id(request.POST.get("practice", "")), request.POST.get("procedure", "")
        found = course.unseal(request.POST.get("carried", ""), practice_id, procedure)
    except (VaultError, gate.NoSuchPractice):
        return render(request, "referrals/stop.html", page)
    drafts.delete_of(found)
    contact.done(found.form_hash)
    found.draft = found.agreed_at = ""
    page["to"] = {"practice": {"pk": practice_id}, "procedure": {"slug": procedure}}
    page |= {"carried": found.seal(), "stopped_at": request.POST.get("stopped_at", step)}
    return render(request, "referrals/stop.html", page)


def page_of(turn: Turn, theme: Theme, form: StepForm | None = None, **more: Any) -> HttpResponse:
    """The page of this theme: with its complaints where a form is given, else with what was typed there before."""
    turn.course.youngest = course.youngest(turn.to.offering)
    shown = turn.course.show(theme) if form is None else form
    status = more.pop("status", 200)
    page = {
        "theme": theme,
        "form": shown,
        "summary": shown.summary() if shown.is_bound else [],
        "signs": warning_signs.SIGNS,
        "first_line": next((question.name for question in theme.questions if question.kind == "line"), ""),
        "has_text": any(question.kind == "text" for question in theme.questions),
        "is_first": theme is GATE,
        **_progress(turn.course, theme.name),
        **more,
    }
    return turn.render("step", page, status=status)


def _turn(request: HttpRequest) -> HttpResponse:
    sent = dict(request.POST.lists())
    step, go = request.POST.get("step", ""), request.POST.get("go", "next")
    # The warning signs come before everything else, so that nobody is told about a missing phone number instead.
    if go != RETELL and any(redflags.stops(answer) for answer in sent.get("warning", [])):
        return _stop(request, step)
    practice_id, procedure = _practice_id(request.POST.get("practice", "")), request.POST.get("procedure", "")
    to, online = destination(practice_id, procedure)
    try:
        found = course.unseal(request.POST.get("carried", ""), practice_id, procedure)
    except VaultError as error:
        if not online:
            return _call(request, to)
        turn = Turn(request, to, online, course.begin(practice_id, procedure))
        return page_of(turn, GATE, lost=True, too_old=isinstance(error, SealedTooOld), status=400)
    found.youngest = course.youngest(to.offering)
    turn = Turn(request, to, online, found)
    theme = found.theme(step)
    closed_meanwhile = not online and not found.to_print
    found.to_print = not online or found.lacks_address
    if go == RETELL and not closed_meanwhile:
        return _retell(turn, step, theme, sent)
    if theme is not None:
        found.type(theme, sent)
    if closed_meanwhile:
        before = _already(found)
        return _sent_before(request, before) if before else _closed(turn)
    if online:
        found.to_print = found.lacks_address
    if not found.to_print and (found.draft or (step == "contact" and "keep_draft" in sent)):
        try:
            drafts.keep(found, _subscriber(request))
        except limits.TooManyToday:
            return page_of(turn, theme or found.themes[-1], cannot_keep=True, status=429)
    return _go(turn, step, go, theme, sent)


def _go(turn: Turn, step: str, go: str, theme: Theme | None, sent: dict[str, list[str]]) -> HttpResponse:
    """What the button asked for."""
    found = turn.course
    if step != CODE or go not in GOES_ON_TO_SEND:
        found.agreed_at = ""  # whoever goes back to change something agrees anew
    if go == "back":
        return page_of(turn, (found.before(theme) if theme else found.themes[-1]) or GATE)
    if go.startswith("to:") and (asked := found.theme(go.removeprefix("to:"))):
        return page_of(turn, asked)
    if go == "stop" and found.draft:
        return _stopped(turn)
    if go == "forget":
        drafts.delete_of(found)
        found.draft = ""
    walked = found.walk()
    if theme is SIGNS and walked.stopped_at is not SIGNS and (early := _early(walked.answers)):
        return turn.render(EARLY, {"early": early, **_progress(found, SIGNS.name)})
    if walked.stopped_at is not None:
        return page_of(turn, walked.stopped_at, walked.form)
    answers = walked.answers
    if go == "letter":
        return turn.render("letter", {"sections": _shown(found, answers), "today": timezone.localdate()})
    if step == REVIEW and found.to_print:
        return _packet(turn, answers, sent)
    if step == REVIEW and go == "next":
        return _review_sent(turn, answers, sent)
    if step == CODE and found.has_agreed(timezone.now()):
        return _code_sent(turn, answers, go)
    return _review(turn, answers)


def _retell(turn: Turn, step: str, theme: Theme | None, sent: dict[str, list[str]]) -> HttpResponse:
    """The page that was left, in the language of this one. What was typed is shown again; none of it is looked at."""
    found = turn.course
    if step != CODE:
        found.agreed_at = ""
    if theme is not None:
        return page_of(turn, theme, found.show(theme).show(sent), wants_draft="keep_draft" in sent)
    if step == CALL and not turn.online:
        return _call(turn.request, turn.to, found)
    if step == KEPT and found.draft:
        return _stopped(turn)
    walked = found.walk()
    if step == EARLY and (early := _early(walked.answers)):
        return turn.render(EARLY, {"early": early, **_progress(found, SIGNS.name)})
    if walked.stopped_at is not None:
        return page_of(turn, walked.stopped_at, walked.form)
    if step == CODE and found.has_agreed(timezone.now()):
        return _code_page(turn, walked.answers, CodeForm(initial={"code": turn.request.POST.get("code", "")}))
    if step == SENT and (before := _already(found)):
        return _outcome(turn, walked.answers, before)
    ticked = ReviewForm(initial={name: name in sent for name in ("keep", "share")})
    return _review(turn, walked.answers, gate_form=found.show(GATE).show(sent), form=ticked)


def _early(answers: dict[str, Any]) -> str:
    """Which of the milder ends its signs lead to: "today", "soon" or none."""
    signs = set(answers["milder"])
    if signs & redflags.SEEN_TODAY:
        return "today"
    return "soon" if signs & redflags.SEEN_SOON else ""


def _review(
    turn: Turn,
    answers: dict[str, Any],
    *,
    gate_form: StepForm | None = None,
    form: ReviewForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """All answers, what the clinic asks for, the warning signs once more, and the two consents."""
    if gate_form is None:
        gate_form = turn.course.show(GATE)
        gate_form.initial.pop("warning", None)  # asked again: nobody's old answer is taken for it
    form = form or ReviewForm()
    turn.course.clinic_id = turn.to.clinic.pk
    page = {
        "sections": _shown(turn.course, answers),
        "readiness": readiness.of(turn.to.offering, answers, timezone.localdate()),
        "gate": gate_form,
        "form": form,
        "signs": warning_signs.SIGNS,
        "erase_after": settings.ERASE_AFTER_DAYS,
        "by_mail": bool(answers["email"]),
        "is_office": answers["asker"] == Asker.OFFICE,
        "summary": (gate_form.summary() if gate_form.is_bound else []) + (form.summary() if form.is_bound else []),
        **_progress(turn.course, REVIEW),
        **more,
    }
    return turn.render(REVIEW, page, status=status)


def _review_sent(turn: Turn, answers: dict[str, Any], sent: dict[str, list[str]]) -> HttpResponse:
    found = turn.course
    if found.clinic_id != turn.to.clinic.pk:
        return _review(turn, answers, other_clinic=True, status=409)
    gate_form = StepForm(GATE, sent, earlier={}, today=timezone.localdate(), youngest=found.youngest)
    is_office = answers["asker"] == Asker.OFFICE
    form = ReviewForm(turn.request.POST)
    if is_office:
        form.fields["keep"].required = form.fields["share"].required = False  # the patient's to say, not the office's
    if not (gate_form.is_valid() & form.is_valid()):
        return _review(turn, answers, gate_form=gate_form, form=form)
    found.type(GATE, sent)
    answers |= gate_form.given
    before = _already(found)
    if before is not None:
        return _outcome(turn, answers, before)
    if readiness.may_send(turn.to.offering, answers, timezone.localdate()):
        begun = datetime.datetime.fromisoformat(found.begun_at)
        if timezone.now() - begun < datetime.timedelta(seconds=settings.REQUEST_TAKES_AT_LEAST):
            return _review(turn, answers, gate_form=gate_form, form=form, too_fast=True)
        found.agreed_at = timezone.now().isoformat()
        if answers["email"] and not is_office:
            return _mail_code(turn, answers)
        return _send(turn, answers)
    return _review(turn, answers, gate_form=gate_form, form=form, incomplete=True)


def _mail_code(turn: Turn, answers: dict[str, Any], *, again: bool = False) -> HttpResponse:
    """Has the six digits mailed, unless they are on their way, and shows where to type them."""
    found, to = turn.course, answers["email"]
    if again or not contact.can_be_typed(found.form_hash, to, timezone.now()):
        try:
            limits.count("referral-code", _subscriber(turn.request), most=settings.REQUESTS_PER_ADDRESS)
            limits.count("referral-code-to", to.casefold(), most=settings.CODES_PER_MAILBOX)
        except limits.TooManyToday:
            found.agreed_at = ""
            return _review(turn, answers, too_many=True, status=429)
        try:
            contact.ask(found.form_hash, to, _language(), timezone.now())
        except blocks.MailboxBlocked:
            found.agreed_at = ""
            return _review(turn, answers, mailbox_blocked=True, status=409)
    return _code_page(turn, answers)


def _code_page(
    turn: Turn, answers: dict[str, Any], form: CodeForm | None = None, *, refused: int | None = None
) -> HttpResponse:
    form = form or CodeForm()
    page = {
        "form": form,
        "email": answers["email"],
        "refused": refused,
        "has_phone": bool(answers["phone"]),
        "summary": form.summary() if form.is_bound else [],
        **_progress(turn.course, REVIEW),
    }
    return turn.render(CODE, page)


def _code_sent(turn: Turn, answers: dict[str, Any], go: str) -> HttpResponse:
    found = turn.course
    if go == "again":
        return _mail_code(turn, answers, again=True)
    if go == "unchecked" and answers["phone"]:
        answers["email"] = ""  # nobody has shown that it is theirs: nothing is ever mailed to it
        return _send(turn, answers)
    before = _already(found)
    if before is not None:
        return _outcome(turn, answers, before)
    form = CodeForm(turn.request.POST)
    if not form.is_valid():
        return _code_page(turn, answers, form)
    now = timezone.now()
    try:
        contact.confirm(found.form_hash, answers["email"], form.cleaned_data["code"], now)
    except contact.CodeRefused as refused:
        words = _("That is not the code in our newest mail. Compare the six digits and type them again")
        form.add_error("code", words if refused.left else _("This code does not work any more. Ask for a new one"))
        return _code_page(turn, answers, form, refused=refused.left)
    return _send(turn, answers, checked_at=now)


def _send(turn: Turn, answers: dict[str, Any], *, checked_at: datetime.datetime | None = None) -> HttpResponse:
    found = turn.course
    before = _already(found)
    if before is not None:
        return _outcome(turn, answers, before)
    try:
        sender = Sender(subscriber=_subscriber(turn.request))
        referral = sending.send(found, turn.to, answers, sender=sender, language=_language(), checked_at=checked_at)
    except limits.TooManyToday:
        found.agreed_at = ""
        return _review(turn, answers, too_many=True, status=429)
    except moves.AlreadySent as sent:
        referral = sent.referral
    except moves.StillRunning as running:
        outbox.mail_link(running.referral, timezone.now())
        contact.done(found.form_hash)
        drafts.delete_of(found)
        return turn.render("running", {"email": answers["email"], "retold": None})
    except blocks.MailboxBlocked:  # of the patient for whom an office asks
        found.agreed_at, found.refused_email, found.to_print = "", answers["email"], True
        return _review(turn, answers, mailbox_blocked=True, status=409)
    except gate.OtherClinic:
        found.agreed_at = ""
        turn.to, turn.online = destination(found.practice_id, found.procedure)
        return _review(turn, answers, other_clinic=True, status=409)
    except gate.TakesNone:
        found.to_print = True
        return _closed(turn)
    contact.done(found.form_hash)
    drafts.delete_of(found)
    return _outcome(turn, answers, referral)


def _outcome(turn: Turn, answers: dict[str, Any], referral: Referral) -> HttpResponse:
    """Where a sent form leads, the second time too."""
    # Only who sends the very same answers again is the one who sent them, and meant one request by it.
    same = (
        not referral.has_ended
        and referral.erased_at is None
        and _same(referral.unseal(), sending.content(turn.course, turn.to.offering, answers))
    )
    if not same:
        return _sent_before(turn.request, referral)
    is_office = answers["asker"] == Asker.OFFICE
    follow = reverse("referral-follow", args=[ReferralLink.objects.issue(referral, for_office=is_office)])
    if referral.email_checked_at is not None and not is_office:  # the office's browser may be the patient's next one
        return _on_this_device(turn, see_other(follow), referral)
    link = settings.SITE_URL + follow
    page = {"referral": referral, "link": link, "qr": qr.svg(link), "is_office": is_office}
    answer = turn.render(SENT, page)
    return answer if is_office else _on_this_device(turn, answer, referral)


def _on_this_device(turn: Turn, answer: HttpResponse, referral: Referral) -> HttpResponse:
    """Whoever has just typed the date of birth is not asked for it again here."""
    device.remember(turn.request, answer, referral)
    return answer


def _same(stored: Content, sent: Content) -> bool:
    """Whether they say the same. An address that went on unchecked was left out when it was stored."""
    if stored.email and stored.email != sent.email:
        return False
    theirs = {name: answer for name, answer in stored.answers.items() if name != "readiness"}
    ours = {name: answer for name, answer in sent.answers.items() if name != "readiness"}
    return (stored.name, stored.phone, stored.date_of_birth, theirs) == (
        sent.name,
        sent.phone,
        sent.date_of_birth,
        ours,
    )


def _sent_before(request: HttpRequest, referral: Referral) -> HttpResponse:
    stands = not referral.has_ended and referral.erased_at is None
    return render(request, "referrals/already_sent.html", {"to": referral.practice, "stands": stands}, status=409)


def _packet(turn: Turn, answers: dict[str, Any], sent: dict[str, list[str]]) -> HttpResponse:
    """The same answers as one page to print. Asked again for warning signs first; kept nowhere."""
    found = turn.course
    gate_form = StepForm(GATE, sent, earlier={}, today=timezone.localdate(), youngest=found.youngest)
    if not gate_form.is_valid():
        return _review(turn, answers, gate_form=gate_form)
    found.type(GATE, sent)
    answers |= gate_form.given
    drafts.delete_of(found)
    contact.done(found.form_hash)
    found.draft = ""
    return turn.render("packet", packet.page(found, turn.to, answers))


def _stopped(turn: Turn) -> HttpResponse:
    """The link that leads back to what is kept for a day."""
    link = settings.SITE_URL + reverse("referral-resume", args=[turn.course.draft])
    return turn.render("kept", {"link": link, "qr": qr.svg(link)})


def _closed(turn: Turn) -> HttpResponse:
    """The clinic closed while it was filled in: nothing of it is kept here, the answers stay in the page."""
    drafts.delete_of(turn.course)
    contact.done(turn.course.form_hash)
    turn.course.draft = ""
    return _call(turn.request, turn.to, turn.course)


def _call(request: HttpRequest, to: gate.Destination, found: Course | None = None) -> HttpResponse:
    """This clinic takes no requests here: the phone number, a page to print, and who does."""
    nearest = gate.nearest_online(to.practice, to.procedure)
    page = {"to": to, "nearest": nearest, "carried": found.seal() if found else "", "retold": found and RETOLD}
    return render(request, "referrals/call.html", page, status=409 if request.method == "POST" else 200)


def _already(found: Course) -> Referral | None:
    """What came of this form before."""
    return Referral.objects.select_related("practice__specialist").filter(form_key_hash=found.form_hash).first()


def _shown(found: Course, answers: dict[str, Any]) -> list[questions.Section]:
    return questions.of_themes(found.themes[1:], answers, apart=True)


def _progress(found: Course, name: str) -> dict[str, Any]:
    """Where in the form this page is: its number, the ticks, and the names of all pages."""
    names = [theme.name for theme in found.themes] + [REVIEW]
    titles = [theme.title for theme in found.themes] + [_("Check and send") if not found.to_print else _("Check")]
    now = names.index(name)
    states = ["done" if at < now else "now" if at == now else "" for at in range(len(names))]
    return {
        "number": now + 1,
        "of": len(names),
        "ticks": ["on" if state == "done" else state for state in states],
        "steps": list(zip(titles, states, strict=True)),
    }


def destination(practice_id: int, procedure: str) -> tuple[gate.Destination, bool]:
    """Where it goes, and whether it can be sent there. Raises NoSuchPractice, NotOffered."""
    try:
        return gate.destination(practice_id, procedure), True
    except gate.TakesNone as refused:
        return refused.destination, False


def _practice_id(text: str) -> int:
    """Raises NoSuchPractice for what is no number of ours."""
    if not gate.is_practice_id(text):
        raise gate.NoSuchPractice("no number of a practice")
    return int(text)


def _subscriber(request: HttpRequest) -> str:
    return subscriber(address(request))


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE
