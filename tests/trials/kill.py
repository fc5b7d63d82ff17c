"""Clients send requests while web server and worker are killed with SIGKILL: nothing is lost, doubled or half-written.

On SQLite and PostgreSQL (the database itself is not killed). Each client is a patient at a time: the pages of the form,
the six digits from the mail, the last button; whatever breaks off is tried again with the same form, which is its own
idempotency key. One in four comes over the API with an Idempotency-Key, and the patient agrees by the link in the mail.
Afterwards the leases of killed workers run out (the trial puts their end forward) and the worker sends what is left;
then database, mails and web hook calls are compared with what was acknowledged. The short form has SQLite and the pages
only: a key of the API that a killed process holds is free again after a minute.
"""

import collections
import http.client
import json
import logging
import multiprocessing
import os
import random
import re
import sys
import tempfile
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
import psycopg

from scripts import postgres

CLIENTS = 8
REQUESTS, KILLS = 2_000, 20
SHORT_CLIENTS, SHORT_REQUESTS, SHORT_KILLS = 2, 4, 1
CLINICS = 4
GIVE_UP_SECONDS = 240.0  # a client without an answer for so long says that the service is down
LEASE_SECONDS = 300.0  # a mail that a killed worker held is sent again after it
ASK_AGAIN_SECONDS = 12.0  # without a mail a patient presses "send me a new code"
DATABASE = f"finder_kill_{os.getpid()}"
# The caps are for robots from one address, and 8 clients are 2,000 patients here.
GENEROUS = {
    "REQUESTS_PER_ADDRESS": "100000",
    "REQUESTS_PER_CLINIC": "100000",
    "REQUESTS_PER_PARTNER": "100000",
    "CODES_PER_MAILBOX": "1000",
}
EVERY_FOURTH = 4  # request comes over the API
_CONFIRM = re.compile(r"https?://[^/\s]+(/referrals/[\w-]+/confirm/)")
_CODE = re.compile(r"^(\d{3} \d{3})\r?$", re.M)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@dataclass
class Progress:
    """What clients have had acknowledged: number of the patient -> address of the private page."""

    goal: int
    kills: int
    acknowledged: dict[int, str] = field(default_factory=dict)
    tried_again: collections.Counter[str] = field(default_factory=collections.Counter)
    failures: list[str] = field(default_factory=list)
    finished: threading.Event = field(default_factory=threading.Event)


def address_of(number: int) -> str:
    return f"patient-{number}@example.org"


def post_office() -> Any:
    """An SMTP server's box that knows the newest code of each address, and how often each mail came."""
    from tests.referrals.mailbox import Mailbox  # noqa: PLC0415 (after Django is ready)

    class PostOffice(Mailbox):
        def __init__(self) -> None:
            super().__init__()
            self.codes: dict[str, str] = {}
            self.questions: dict[str, str] = {}
            self.came: collections.Counter[str] = collections.Counter()

        def handle_message(self, message: Any) -> None:
            self.came[str(message["Message-ID"]).strip("<>").partition(".")[0]] += 1
            text = next(part for part in message.walk() if part.get_content_type() == "text/plain")
            words = text.get_payload(decode=True).decode()
            if found := _CODE.search(words):
                self.codes[str(message["To"])] = found[1]
            if found := _CONFIRM.search(words):
                self.questions[str(message["To"])] = found[1]

    return PostOffice()


def stubborn(home: str, progress: Progress) -> Any:
    """A browser whose owner presses the same button again until there is an answer."""
    from tests.referrals.running import Answer, Browser  # noqa: PLC0415

    class Stubborn(Browser):
        def ask(self, request: Any) -> Answer:
            until = time.monotonic() + GIVE_UP_SECONDS
            while True:
                try:
                    answer = super().ask(request)
                    if answer.status_code < 500:
                        return answer
                    why = str(answer.status_code)
                except (OSError, http.client.HTTPException) as error:
                    why = type(error).__name__
                progress.tried_again[why] += 1
                if time.monotonic() > until:
                    raise RuntimeError(f"no answer for minutes: {why}")
                time.sleep(random.uniform(0.05, 0.4))

    return Stubborn(home)


def carry(number: int, home: str, practices: list[int], box: Any, progress: Progress) -> None:
    """One patient, from the first page to the private one."""
    from tests.referrals.patient import PAGES, Form  # noqa: PLC0415

    email = address_of(number)
    form = Form(stubborn(home, progress), practices[number % len(practices)])
    form.fill(contact=PAGES["contact"] | {"name": f"Patient Number {number}", "email": email})
    answer, typed = form.review(), ""
    asked = began = time.monotonic()
    while answer.status_code == 200 and time.monotonic() - began < GIVE_UP_SECONDS:
        code = box.codes.get(email, "")
        if 'name="code"' not in answer.text:
            answer = form.review()  # too fast for the first page, say: what is shown says so
        elif code != typed:
            typed = code
            answer = form.type_code(code)
        elif time.monotonic() - asked > ASK_AGAIN_SECONDS:
            asked = time.monotonic()
            answer = form.post("code", {"code": ""}, go="again")
        time.sleep(0.05)
    if answer.status_code != 303:
        raise RuntimeError(f"the last button led to {answer.status_code}")
    progress.acknowledged[number] = str(answer["Location"])


def carry_over_api(number: int, home: str, practices: list[int], box: Any, progress: Progress, key: str) -> None:
    """One request of a partner, and the patient who agrees to it."""
    from tests.referrals.partner import ADDRESS, body  # noqa: PLC0415
    from tests.referrals.patient import agree  # noqa: PLC0415

    email = address_of(number)
    sent = body(practices[number % len(practices)], answers={"name": f"Patient Number {number}", "email": email})
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Idempotency-Key": f"one-{number}"}
    browser = stubborn(home, progress)
    while True:
        request = urllib.request.Request(home + ADDRESS, data=json.dumps(sent).encode(), headers=headers)
        made = browser.ask(request)
        if made.status_code != 409 or "Retry-After" not in made.headers:
            break  # else the attempt that was killed holds the key for a while
        progress.tried_again["held"] += 1
        time.sleep(2)
    if made.status_code != 201:
        raise RuntimeError(f"the API answered {made.status_code}: {made.text[:300]}")
    began = time.monotonic()
    while email not in box.questions:
        if time.monotonic() - began > LEASE_SECONDS + GIVE_UP_SECONDS:
            raise RuntimeError("the patient was never asked")
        time.sleep(0.05)
    answer = agree(browser, box.questions[email])
    if answer.status_code != 303:
        raise RuntimeError(f"the patient's word led to {answer.status_code}")
    progress.acknowledged[number] = str(answer["Location"])


def client(numbers: list[int], home: str, practices: list[int], box: Any, progress: Progress, key: str) -> None:
    for number in numbers:
        try:
            if key and number % EVERY_FOURTH == 0:
                carry_over_api(number, home, practices, box, progress, key)
            else:
                carry(number, home, practices, box, progress)
        except Exception as error:  # noqa: BLE001 (of whatever kind: a patient was not served)
            progress.failures.append(f"patient {number}: {type(error).__name__}: {error}")


def killer(site: Any, name: str, progress: Progress) -> None:
    """Kills this process each time a further share of the requests is acknowledged, a random moment after."""
    dice = random.Random(name)
    for kill in range(progress.kills):
        share = (kill + dice.random()) * 0.7 / progress.kills
        while len(progress.acknowledged) < share * progress.goal:
            # The last ones may come all at once: then it is killed while the rest is delivered
            if progress.finished.wait(0.02) and len(progress.acknowledged) < share * progress.goal:
                return
        time.sleep(dice.uniform(0, 0.3))
        site.kill(name)
        site.start(name)


def make_practices(hooks: str = "") -> list[int]:
    """Offices that take requests, of specialists whose numbers can be issued: it is no demonstration.

    `hooks`: the address at which the clinics want to be told.
    """
    from directory import npi, search  # noqa: PLC0415
    from tests import factories  # noqa: PLC0415
    from tests.referrals.receiver import hook  # noqa: PLC0415

    made = []
    for number in range(CLINICS):
        specialist = factories.specialist(npi=npi.with_check_digit(190_000_001 + number))
        site = factories.site(clinic=factories.connected_clinic())
        if hooks:
            hook(site.clinic, hooks)
        made.append(factories.offering(practice=factories.practice(site=site, specialist=specialist)).practice)
    search.rebuild_all()
    return [practice.pk for practice in made]


def drain() -> None:
    """Until nothing is due: leases of killed workers run out at once, and what failed is due at once."""
    from django.utils import timezone  # noqa: PLC0415

    from referrals.models import Delivery  # noqa: PLC0415
    from tests.referrals.running import until  # noqa: PLC0415

    def over() -> bool:
        left = Delivery.objects.unsent().exclude(kind__in=[kind for kind in Delivery.Kind if "code" in kind])
        left.filter(due_at__gt=timezone.now()).update(due_at=timezone.now())
        return not left.exists()

    # The worker that runs now has just been started, or holds one lease: the others are of the dead
    Delivery.objects.unsent().filter(leased_until__isnull=False).update(leased_until=timezone.now())
    until(over, 300)


def compare(progress: Progress, box: Any, receiver: Any) -> tuple[list[str], int]:
    """What is not as it was promised, in sentences; and how many deliveries there were."""
    from referrals.models import Delivery, Referral, ReferralLink  # noqa: PLC0415

    faults: list[str] = []
    stored: collections.Counter[str] = collections.Counter()
    for referral in Referral.objects.prefetch_related("steps"):
        stored[referral.unseal().email] += 1
        steps = list(referral.steps.all())
        proposed = {"patient_confirm"} if referral.partner_id else set()
        if referral.state != "submitted" or [step.to for step in steps] != ["submitted"] or referral.version != 1:
            faults.append(f"half-written: {referral} is {referral.state} after {len(steps)} steps")
        told = sorted(referral.deliveries.values_list("kind", flat=True))
        if told != sorted({"clinic_new", "patient_news", "hook_state"} | proposed):
            faults.append(f"of {referral} is told: {told}")
    for number, address in progress.acknowledged.items():
        opened = ReferralLink.objects.opened_by(address.rstrip("/").split("/")[-1]).first()
        if opened is None or opened.referral.unseal().email != address_of(number):
            faults.append(f"the link that patient {number} was given does not open the request")
        if stored[address_of(number)] != 1:
            faults.append(f"patient {number} was acknowledged and is stored {stored[address_of(number)]} times")
    strangers = sum(stored.values()) - len(progress.acknowledged)
    if strangers:
        faults.append(f"{strangers} requests are stored that were not acknowledged")
    called = {str(pk) for pk in Delivery.objects.filter(hook__isnull=False).values_list("pk", flat=True)}
    mailed = {str(pk) for pk in Delivery.objects.filter(hook=None).values_list("pk", flat=True)}
    for what, wanted, came in (("mails", mailed, set(box.came)), ("calls", called, set(receiver.ids()))):
        if wanted - came:
            faults.append(f"{len(wanted - came)} of {len(wanted)} {what} never arrived")
    unknown = set(receiver.ids()) - called
    if unknown:
        faults.append(f"{len(unknown)} calls came under numbers that no delivery has")
    twice = {told["data"]["id"]: told["type"] for told in (call.said for call in receiver.calls)}
    if len(twice) != len(called):
        faults.append(f"{len(called)} calls told of {len(twice)} requests")
    dead = Delivery.objects.exclude(dead_at=None).count()
    if dead:
        faults.append(f"{dead} deliveries were given up")
    return faults, len(mailed) + len(called)


def carried(requests: int, clients: int, kills: int, over_api: bool) -> dict[str, Any]:
    from django.conf import settings  # noqa: PLC0415

    from tests import factories  # noqa: PLC0415
    from tests.referrals import mailbox  # noqa: PLC0415
    from tests.referrals.receiver import Receiver  # noqa: PLC0415
    from tests.referrals.running import Running  # noqa: PLC0415

    key = factories.api_key() if over_api else ""
    box, smtp = mailbox.start(post_office())
    progress = Progress(requests, kills)
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            Receiver() as receiver,
            Running(Path(folder), mail=box.port, hooks=receiver.authority, settings=GENEROUS) as site,
        ):
            settings.WEBHOOK_TEST_RECEIVER, settings.SITE_URL = receiver.authority, site.url
            practices = make_practices(receiver.url)
            people = [
                threading.Thread(
                    target=client, args=(list(range(requests))[me::clients], site.url, practices, box, progress, key)
                )
                for me in range(clients)
            ]
            killers = [threading.Thread(target=killer, args=(site, name, progress)) for name in ("web", "worker")]
            began = time.monotonic()
            for thread in (*people, *killers):
                thread.start()
            for thread in people:
                thread.join()
            seconds = time.monotonic() - began
            progress.finished.set()
            for thread in killers:
                thread.join()
            drain()
            faults, deliveries = compare(progress, box, receiver)
            killed = dict(site.killed)
    finally:
        smtp.stop()
    if min(killed.get(name, 0) for name in ("web", "worker")) < kills:
        faults.append(f"killed only {killed}")
    return {
        "faults": [*progress.failures, *faults],
        "acknowledged": len(progress.acknowledged),
        "killed": killed,
        "seconds": seconds,
        "tried_again": dict(progress.tried_again),
        "deliveries": deliveries,
        "repeats": sum(times - 1 for times in box.came.values()) + len(receiver.calls) - len(set(receiver.ids())),
    }


def one(url: str, requests: int, clients: int, kills: int, over_api: bool, answer: Any) -> None:
    """The trial on one database, in a process of its own: Django reads its settings once."""
    os.environ["TEST_DATABASE_URL"] = url
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from tests import tables  # noqa: PLC0415

    logging.getLogger("mail.log").setLevel(logging.WARNING)  # the SMTP server tells of each connection
    tables.make()
    answer.put(carried(requests, clients, kills, over_api))


def on(name: str, url: str, requests: int, clients: int, kills: int, over_api: bool) -> int:
    """Runs it there and says what came of it -> faults."""
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    process = context.Process(target=one, args=(url, requests, clients, kills, over_api, answer))
    process.start()
    while process.is_alive() and answer.empty():
        process.join(0.2)
    if answer.empty():
        raise SystemExit(f"the trial on {name} ended without a result")
    found = answer.get()
    process.join()
    say(
        f"{name}: {found['acknowledged']} of {requests} requests acknowledged in {found['seconds']:.0f} s, "
        f"killed {found['killed']}, answers missing and asked for again {found['tried_again']}, "
        f"{found['deliveries']} deliveries, {found['repeats']} came again under the same number, "
        f"{len(found['faults'])} faults"
    )
    for fault in found["faults"][:20]:
        say(f"  {fault}")
    return len(found["faults"])


def main() -> int:
    short = "--short" in sys.argv
    size = (SHORT_REQUESTS, SHORT_CLIENTS, SHORT_KILLS) if short else (REQUESTS, CLIENTS, KILLS)
    with tempfile.TemporaryDirectory() as folder:
        faults = on("SQLite", f"sqlite:///{Path(folder) / 'kill.sqlite3'}", *size, over_api=not short)
    if not short:
        with postgres.server() as server:
            admin = psycopg.connect(server.url, dbname="postgres", autocommit=True)
            admin.execute(f"CREATE DATABASE {DATABASE}")
            url = urlsplit(server.url)._replace(path=f"/{DATABASE}").geturl()
            faults += on(f"PostgreSQL {server.version}", url, *size, over_api=True)
            admin.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
            admin.close()
    where = "SQLite" if short else "each database"
    say(f"kill: {faults} faults in {size[0]} requests on {where}, web server and worker killed {size[2]} times each")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
