"""Which move has to be told to whom. Written in the transaction of the move; sending is the worker's."""

import datetime

from django.db import transaction

from directory.models import Notice
from referrals.models import Delivery, Step
from referrals.states import State

TOLD: dict[str, list[Delivery.Kind]] = {
    "submit": [Delivery.Kind.CLINIC_NEW],
    "confirm": [Delivery.Kind.CLINIC_NEW],
    "withdraw": [Delivery.Kind.CLINIC_WITHDRAWN],
}
NOT_YET_WITH_CLINIC = {State.DRAFT, State.UNCONFIRMED}


def put(step: Step) -> list[Delivery]:
    """The deliveries that follow from this step."""
    kinds = TOLD.get(step.move, [])
    if step.to != State.SUBMITTED and step.before in NOT_YET_WITH_CLINIC:
        kinds = []  # the clinic has never heard of it
    return [Delivery.objects.create(kind=kind, referral=step.referral, step=step) for kind in kinds]


def take_notices(now: datetime.datetime) -> int:
    """Makes a delivery of each notice of the directory that is due -> how many. Two workers never make two of one."""
    taken = 0
    for pk in Notice.objects.due(now).values_list("pk", flat=True)[:100]:
        with transaction.atomic():
            if Notice.objects.waiting().filter(pk=pk).update(taken_at=now):
                Delivery.objects.create(kind=Delivery.Kind.NOTICE, notice_id=pk)
                taken += 1
    return taken
