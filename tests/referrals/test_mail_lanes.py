"""A mail server that is slow at one recipient holds up no other mail, and codes least of all."""

import asyncio
import dataclasses
import threading

import pytest
from django.utils import timezone

from directory import notices, npi, search
from directory.models import Notice
from referrals.deliveries import lanes, worker
from referrals.intake import contact
from referrals.models import Delivery
from tests import factories
from tests.referrals.mailbox import Mailbox, real, through

WAITS = "somebody-who-waits@example.org"


class Slow:
    """Makes the server keep every sender waiting who writes to one of these addresses, until `go_on`."""

    def __init__(self, box: Mailbox, *addresses: str) -> None:
        self.box, self.addresses = box, addresses
        self.go_on = threading.Event()
        self.now: list[str] = []
        self.twice_at_once = False
        box.handle_RCPT = self.handle

    async def handle(self, server, session, envelope, address, options):
        if address in self.addresses:
            self.twice_at_once |= address in self.now
            self.now.append(address)
            while not self.go_on.is_set():
                await asyncio.sleep(0.01)
            self.now.remove(address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    @property
    def came(self) -> list[str]:
        return [str(message["To"]) for message in self.box.mails]


def patiently(settings, smtp) -> None:
    """By that server, for longer than any of these tests waits: a time-out lets nobody through."""
    through(settings, smtp)
    settings.MAILERS["default"]["OPTIONS"]["timeout"] = 60


def others(austin, number: int):
    """So many further clinics that take requests, each as the fixture has one."""
    made = []
    for one in range(number):
        specialist = factories.specialist(npi=npi.with_check_digit(190_000_101 + one))
        clinic = factories.connected_clinic(notification_email=f"clinic-{one}@example.org")
        practice = factories.practice(site=factories.site(clinic=clinic), specialist=specialist)
        factories.offering(practice=practice)
        made.append(dataclasses.replace(austin, clinic=clinic, practice=practice))
    search.rebuild_all()
    return made


def wait_for(condition) -> None:
    for _ in range(2_000):
        if condition():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not happen in time")


@pytest.fixture
def working():
    """The worker as it runs; what is on its way is finished first."""
    stop = threading.Event()
    work = threading.Thread(target=worker.run, args=(stop,))
    yield work
    stop.set()
    work.join()


def test_a_recipient_at_whom_the_server_is_slow_is_one_at_a_time_and_holds_up_nobody_else(
    committed_austin, settings, smtp, request
):
    real(committed_austin)
    patiently(settings, smtp)
    (other,) = others(committed_austin, 1)
    slow = Slow(smtp, committed_austin.clinic.notification_email)
    for _ in range(3):
        committed_austin.referral()
    other.referral()
    work = request.getfixturevalue("working")
    try:
        work.start()
        wait_for(lambda: slow.now)
        wait_for(lambda: other.clinic.notification_email in slow.came)
        other.referral()
        wait_for(lambda: slow.came.count(other.clinic.notification_email) == 2)
        assert slow.came.count(committed_austin.clinic.notification_email) == 0
    finally:
        slow.go_on.set()
    wait_for(lambda: not Delivery.objects.unsent().exists())
    assert slow.came.count(committed_austin.clinic.notification_email) == 3
    assert not slow.twice_at_once


def test_a_code_goes_out_while_the_server_is_slow_at_all_clinics(committed_austin, settings, smtp, request):
    real(committed_austin)
    patiently(settings, smtp)
    clinics = others(committed_austin, lanes.MAILS.most_at_once + 1)
    slow = Slow(smtp, *(one.clinic.notification_email for one in clinics))
    for one in clinics:
        one.referral()
    work = request.getfixturevalue("working")
    try:
        work.start()
        wait_for(lambda: len(slow.now) == lanes.MAILS.most_at_once - 1)  # one lane is never theirs
        contact.ask("a form", WAITS, "en", timezone.now())
        wait_for(lambda: WAITS in slow.came)
        assert slow.came == [WAITS]
    finally:
        slow.go_on.set()
    wait_for(lambda: not Delivery.objects.unsent().exists())
    assert len(slow.came) == len(clinics) + 1


def test_a_code_goes_before_what_is_due_longer(austin):
    austin.referral()
    contact.ask("a form", WAITS, "en", timezone.now())
    assert worker.claim("a worker", timezone.now()).kind == "patient_code"
    assert worker.claim("a worker", timezone.now()).kind == "clinic_new"


def test_the_last_lane_takes_codes_only(austin):
    austin.referral()
    now = timezone.now()
    assert worker.claim_mail("a worker", now, [], free=1) is None
    assert worker.claim_mail("a worker", now, [], free=2).kind == "clinic_new"


def test_nothing_else_goes_to_a_clinic_or_a_patient_to_whom_a_mail_is_on_its_way(austin):
    """Whatever it is about: a request, or a notice of the directory."""
    other = dataclasses.replace(austin, practice=factories.offering(clinic=factories.connected_clinic()).practice)
    first, second = austin.referral(), other.referral()
    for referral in (first, second):
        Delivery.objects.create(kind="patient_lost_link", referral=referral)
    notice = notices.tell_clinic(Notice.Kind.REPORT, "/admin/", austin.clinic)
    Delivery.objects.create(kind="notice", notice=notice)
    now, taken = timezone.now(), []
    busy = [f"clinic {austin.clinic.pk}", f"patient {second.pk}"]
    while delivery := worker.claim_mail("a worker", now, busy, free=2):
        taken.append((delivery.kind, delivery.referral))
    assert sorted(taken, key=str) == sorted([("clinic_new", second), ("patient_lost_link", first)], key=str)
