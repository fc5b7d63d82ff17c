"""Which move has to be told to whom. Written in the transaction of the move; sending is the worker's."""

import datetime

from django.db import transaction
from django.utils import timezone

from directory.models import Notice
from referrals.models import Delivery, LostLink, Referral, Step, WebHook
from referrals.models.deliveries import BETWEEN_MOVES
from referrals.states import Role, State

CLINIC_IS_TOLD: dict[str, Delivery.Kind] = {
    "submit": Delivery.Kind.CLINIC_NEW,
    "confirm": Delivery.Kind.CLINIC_NEW,
    "answer": Delivery.Kind.CLINIC_ANSWERED,
    "not_seen": Delivery.Kind.CLINIC_ANSWERED,
    "withdraw": Delivery.Kind.CLINIC_WITHDRAWN,
    "redirect": Delivery.Kind.CLINIC_WITHDRAWN,
}
ONE_LINK_IN = datetime.timedelta(hours=1)  # a request has one new link mailed, however often it is asked for
MOST_QUESTIONS = 3  # to a patient for whom somebody asks, of one request
MOST_LINKS = 10  # requests of one address, the newest
NOT_YET_WITH_CLINIC = {State.DRAFT, State.UNCONFIRMED}
REMINDERS = frozenset(
    {
        Delivery.Kind.CLINIC_REMINDER,
        Delivery.Kind.CLINIC_LAST_REMINDER,
        Delivery.Kind.PATIENT_REMINDER,
        Delivery.Kind.PATIENT_LAST_REMINDER,
        Delivery.Kind.PATIENT_OFFER,
        Delivery.Kind.PATIENT_WERE_YOU_SEEN,
    }
)


def put(step: Step) -> list[Delivery]:
    """The deliveries that follow from this step: to the clinic what the patient did, to the patient every change.

    To each web hook of the clinic every move of a request that has reached it.
    """
    # What was to push it on from where it stood has become untrue
    untrue = REMINDERS | {Delivery.Kind.PATIENT_CONFIRM}
    Delivery.objects.unsent().filter(referral=step.referral, kind__in=untrue).delete()
    kinds: list[Delivery.Kind] = []
    never_there = step.to != State.SUBMITTED and step.before in NOT_YET_WITH_CLINIC
    if step.move in CLINIC_IS_TOLD and step.role != Role.CLINIC and not never_there:
        kinds.append(CLINIC_IS_TOLD[step.move])
    if step.referral.email_checked_at is not None:
        kinds.append(Delivery.Kind.PATIENT_NEWS)
    mails = [Delivery.objects.create(kind=kind, referral=step.referral, step=step) for kind in kinds]
    return mails if never_there else [*mails, *_to_hooks(Delivery.Kind.HOOK_STATE, step.referral, step)]


def put_message(referral: Referral, *, from_patient: bool) -> None:
    """Words were written between two moves: the other side is told by mail, the clinic's web hooks in either case."""
    between_moves(referral, Delivery.Kind.CLINIC_MESSAGE if from_patient else Delivery.Kind.PATIENT_MESSAGE)
    kind = Delivery.Kind.HOOK_FROM_PATIENT if from_patient else Delivery.Kind.HOOK_FROM_CLINIC
    if (step := referral.steps.last()) is not None:
        _to_hooks(kind, referral, step)


class NotGivenUp(Exception):
    """It was sent meanwhile, or somebody else has put it in line again already."""


class OutOfDate(Exception):
    """A reminder, or a question, about something that has moved on since: what it says is not true any more."""


def send_again(delivery: Delivery) -> None:
    """Puts one that was given up in line again, with all its attempts and under its own id.

    Raises NotGivenUp, OutOfDate.
    """
    with transaction.atomic():
        row = Delivery.objects.dead().select_for_update(of=("self",)).filter(pk=delivery.pk).first()
        if row is None:
            raise NotGivenUp("it is not given up (any more)")
        moved_on = row.kind in REMINDERS and row.referral is not None and row.referral.steps.last() != row.step
        if moved_on or (row.kind == Delivery.Kind.PATIENT_CONFIRM and not _waits_for_word(row.referral)):
            raise OutOfDate("the request has moved on since")
        Delivery.objects.filter(pk=row.pk).update(dead_at=None, attempts=0, due_at=timezone.now(), last_error="")


def _waits_for_word(referral: Referral | None) -> bool:
    return referral is not None and referral.state == State.UNCONFIRMED


def try_hook(hook: WebHook) -> Delivery | None:
    """A test, which goes out though the hook be switched off; None where one still waits."""
    if Delivery.objects.unsent().filter(hook=hook, kind=Delivery.Kind.HOOK_TEST).exists():
        return None
    return Delivery.objects.create(kind=Delivery.Kind.HOOK_TEST, hook=hook)


def _to_hooks(kind: Delivery.Kind, referral: Referral, step: Step) -> list[Delivery]:
    hooks = WebHook.objects.switched_on().filter(clinic=referral.clinic_id)
    return [Delivery.objects.create(kind=kind, referral=referral, step=step, hook=hook) for hook in hooks]


def remind(step: Step, kind: Delivery.Kind) -> Delivery:
    """A reminder that belongs to the step at which the request stands. Raises IntegrityError where it is there."""
    if kind not in REMINDERS:
        raise ValueError(f"{kind} is no reminder")
    return Delivery.objects.create(kind=kind, referral=step.referral, step=step)


def between_moves(referral: Referral, kind: Delivery.Kind) -> Delivery | None:
    """Something to be told that is no move; None where the same still waits, or the patient has no checked address."""
    if kind not in BETWEEN_MOVES:
        raise ValueError(f"{kind} belongs to a move")
    if kind.startswith("patient_") and referral.email_checked_at is None:
        return None
    if Delivery.objects.unsent().filter(referral=referral, kind=kind, lease_owner="").exists():
        return None  # whoever reads that one sees both; one that is being sent may have left already
    return Delivery.objects.create(kind=kind, referral=referral, step=referral.steps.last())


def mail_link(referral: Referral, now: datetime.datetime) -> bool:
    """A new link for the patient, to the checked address; not twice within an hour -> whether one goes out."""
    links = [Delivery.Kind.PATIENT_LOST_LINK, Delivery.Kind.PATIENT_CONFIRM]
    just_now = referral.deliveries.filter(kind__in=links, due_at__gt=now - ONE_LINK_IN)
    return not just_now.exists() and mail_other_link(referral)


def mail_other_link(referral: Referral) -> bool:
    """The same after all links were ended, whenever the last one went out: it opens nothing any more."""
    if referral.state == State.UNCONFIRMED:
        return ask_again(referral)
    if referral.email_checked_at is None or referral.erased_at is not None:
        return False
    waiting = referral.deliveries.unsent().filter(kind=Delivery.Kind.PATIENT_LOST_LINK, lease_owner="")
    if not waiting.exists():  # its link is made as it is sent; one that is being sent may have been ended too
        Delivery.objects.create(kind=Delivery.Kind.PATIENT_LOST_LINK, referral=referral)
    return True


def take_lost_links(now: datetime.datetime) -> int:
    """Looks up who asked for a new link, and writes the mails -> how many. Of unknown addresses nothing is left."""
    mails = 0
    for wish in LostLink.objects.all()[:100]:
        with transaction.atomic():
            taken, _by_model = LostLink.objects.filter(pk=wish.pk).delete()
            if taken:  # else another worker was faster
                known = Referral.objects.kept().filter(email_hash=wish.email_hash).exclude(state=State.DRAFT)
                mails += sum(mail_link(referral, now) for referral in known.order_by("-consented_at")[:MOST_LINKS])
    return mails


def ask_patient(referral: Referral) -> Delivery:
    """The question, to a patient for whom somebody else asks, whether that is as they wish. It belongs to no step."""
    return Delivery.objects.create(kind=Delivery.Kind.PATIENT_CONFIRM, referral=referral)


def ask_again(referral: Referral) -> bool:
    """The same question with a link of its own, to who has lost the first; not without end -> whether one goes out."""
    asked = referral.deliveries.filter(kind=Delivery.Kind.PATIENT_CONFIRM)
    if asked.unsent().filter(lease_owner="").exists():
        return True
    if asked.count() >= MOST_QUESTIONS:
        return False
    ask_patient(referral)
    return True


def take_notices(now: datetime.datetime) -> int:
    """Makes a delivery of each notice of the directory that is due -> how many. Two workers never make two of one."""
    taken = 0
    for pk in Notice.objects.due(now).values_list("pk", flat=True)[:100]:
        with transaction.atomic():
            if Notice.objects.waiting().filter(pk=pk).update(taken_at=now):
                Delivery.objects.create(kind=Delivery.Kind.NOTICE, notice_id=pk)
                taken += 1
    return taken
