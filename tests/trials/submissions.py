"""How many requests a second the last button takes, over HTTP on SQLite with `synchronous=FULL`.

Everything before the last button is prepared: the pages are answered, the code is known. Measured as a share of the
rate at which five plain rows are created in one transaction, in turns in the same run; then the times of answers at
half the rate that was found. Every answer but the private page's address is an error, a locked database too.
"""

import http.client
import itertools
import logging
import math
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django

from tests.trials.kill import GENEROUS, make_practices

LEAST_SHARE = 0.1
CLIENTS = 8
TURNS, BURST, STEADY, ROWS_SECONDS = 5, 200, 600, 4.0
SHORT_TURNS, SHORT_BURST, SHORT_STEADY, SHORT_ROWS_SECONDS = 2, 40, 40, 1.0
LEAST_SHARE_SHORT = 0.03  # beside other programs the two sides of a ratio are slowed unequally


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Prepared:
    """A form at its last page: what pressing the button sends."""

    body: str


def prepare(practice: int, number: int) -> Prepared:
    """All pages answered and agreed to, and the code that was mailed."""
    from django.http import QueryDict  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from directory.models import Practice  # noqa: PLC0415
    from referrals.intake import contact, course  # noqa: PLC0415
    from referrals.models import ContactCheck  # noqa: PLC0415
    from tests.referrals.patient import PAGES  # noqa: PLC0415

    now = timezone.now()
    email = f"patient-{number}@example.org"
    found = course.begin(practice, "adhesiolysis")
    for theme in found.themes:
        typed = dict(PAGES[theme.name])
        if theme.name == "contact":
            typed |= {"name": f"Patient Number {number}", "email": email}
        found.type(theme, dict(QueryDict(urlencode(typed, doseq=True)).lists()))
    found.agreed_at, found.clinic_id = now.isoformat(), Practice.objects.get(pk=practice).site.clinic_id
    contact.ask(found.form_hash, email, "en", now)
    check = ContactCheck.objects.get(form_hash=found.form_hash)
    code = contact.new_code(check, now)
    contact.mailed(check)
    check.deliveries.all().delete()
    sent = {"practice": practice, "procedure": "adhesiolysis", "step": "code", "go": "next"}
    return Prepared(urlencode(sent | {"carried": found.seal(), "code": code}))


class Client:
    """Holds one connection, and a cookie for the forms' own protection."""

    def __init__(self, port: int, practice: int) -> None:
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.connection.request("GET", f"/referrals/new/?practice={practice}&procedure=adhesiolysis")
        page = self.connection.getresponse()
        page.read()
        self.cookie = next(
            value.split(";")[0].split("=", 1)[1]
            for name, value in page.getheaders()
            if name.lower() == "set-cookie" and value.startswith("csrftoken=")
        )

    def press(self, form: Prepared) -> int:
        """The status of the answer; 303 leads to the private page."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"csrftoken={self.cookie}",
            "Origin": f"http://127.0.0.1:{self.port}",
        }
        body = f"{form.body}&csrfmiddlewaretoken={self.cookie}"
        self.connection.request("POST", "/referrals/new/", body, headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status


def together(clients: list[Client], work: Callable[[Client, int], None]) -> float:
    """Each client does its work at the same time as the others -> seconds."""
    for client in clients:
        client.connection.close()  # the server has closed what was idle; the next request opens another
    threads = [threading.Thread(target=work, args=(client, number)) for number, client in enumerate(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def burst(clients: list[Client], forms: list[Prepared], statuses: list[int]) -> float:
    """As fast as they can -> requests a second."""

    def work(client: Client, number: int) -> None:
        for form in forms[number :: len(clients)]:
            statuses.append(client.press(form))

    return len(forms) / together(clients, work)


def steadily(clients: list[Client], forms: list[Prepared], rate: float, statuses: list[int]) -> list[float]:
    """At a fixed rate, whatever the answers take -> seconds of each, counted from when it was due."""
    took: list[float] = []
    began = time.perf_counter()

    def work(client: Client, number: int) -> None:
        for at in range(number, len(forms), len(clients)):
            due = began + at / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            statuses.append(client.press(forms[at]))
            took.append(time.perf_counter() - due)

    together(clients, work)
    return took


def rows_a_second(seconds: float, like: Any) -> float:
    """Transactions a second that each create the five rows that a request is at least, and do nothing else."""
    from django.db import transaction  # noqa: PLC0415

    from referrals.models import Delivery, Referral, ReferralLink, Step  # noqa: PLC0415
    from referrals.vault import tokens  # noqa: PLC0415

    same = {
        field.attname: getattr(like, field.attname)
        for field in Referral._meta.concrete_fields
        if field.attname not in ("id", "form_key_hash", "continues_id")
    }
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        with transaction.atomic():
            row = Referral.objects.create(**same)
            step = Step.objects.create(
                referral=row, version=1, move="submit", before="draft", to="submitted", role="patient"
            )
            Delivery.objects.create(kind=Delivery.Kind.CLINIC_NEW, referral=row, step=step)
            Delivery.objects.create(kind=Delivery.Kind.PATIENT_NEWS, referral=row, step=step)
            ReferralLink.objects.create(referral=row, token_hash=tokens.keyed_hash("trial", str(row.pk)))
        done += 1
    return done / (time.perf_counter() - began)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, math.ceil(share * len(values)) - 1)]


def trial(turns: int, size: int, steady: int, rows_seconds: float, least: float) -> int:
    from referrals.models import Referral  # noqa: PLC0415
    from tests.referrals import mailbox  # noqa: PLC0415
    from tests.referrals.running import Running  # noqa: PLC0415

    practices = make_practices()
    numbers = itertools.count()

    def some(count: int) -> list[Prepared]:
        return [prepare(practices[number % len(practices)], number) for number in itertools.islice(numbers, count)]

    box, smtp = mailbox.start()
    statuses: list[int] = []
    settings = GENEROUS | {"WEB_CONCURRENCY": "2"}
    try:
        with tempfile.TemporaryDirectory() as folder, Running(Path(folder), mail=box.port, settings=settings) as site:
            site.kill("worker")  # what it sends afterwards is no part of the answer
            clients = [Client(site.port, practices[0]) for _ in range(CLIENTS)]
            burst(clients, some(2 * CLIENTS), statuses)  # the first answers read what all later ones have
            like = Referral.objects.all()[0]
            rows, requests = [], []
            for turn in range(turns):
                forms = some(size)
                rows.append(rows_a_second(rows_seconds, like))
                requests.append(burst(clients, forms, statuses))
                say(f"  turn {turn + 1}: five rows {rows[-1]:.0f}/s, requests {requests[-1]:.1f}/s")
            rate = statistics.median(requests)
            took = steadily(clients, some(steady), rate / 2, statuses)
            logs = site.logs()
            site.start("worker")  # it is ended with the rest
    finally:
        smtp.stop()
    share = rate / statistics.median(rows)
    errors = sum(status != 303 for status in statuses) + logs.count(b"locked")
    stored = Referral.objects.exclude(form_key_hash=None).count()
    if stored != len(statuses) - sum(status != 303 for status in statuses):
        say(f"  {stored} requests are stored, {len(statuses)} were sent")
        errors += 1
    p50, p99 = (1000 * percentile(took, part) for part in (0.5, 0.99))
    say(
        f"  at half that rate ({rate / 2:.1f}/s): p50 {p50:.0f} ms, p99 {p99:.0f} ms; statuses other than 303: {errors}"
    )
    say(
        f"submissions: {share:.2f} of the rate of five rows in a transaction (bar {least}), "
        f"{rate:.1f}/s, p99 {p99:.0f} ms at half of it, {errors} errors"
    )
    return 1 if errors or share < least else 0


def main() -> int:
    short = "--short" in sys.argv
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TEST_DATABASE_URL"] = f"sqlite:///{Path(folder) / 'submissions.sqlite3'}"
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        django.setup()
        from tests import tables  # noqa: PLC0415

        logging.getLogger("mail.log").setLevel(logging.WARNING)
        tables.make()
        if short:
            return trial(SHORT_TURNS, SHORT_BURST, SHORT_STEADY, SHORT_ROWS_SECONDS, LEAST_SHARE_SHORT)
        return trial(TURNS, BURST, STEADY, ROWS_SECONDS, LEAST_SHARE)


if __name__ == "__main__":
    sys.exit(main())
