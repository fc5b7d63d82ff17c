"""Nothing that a patient typed lies in clear anywhere: not in the database's files, sessions, caches, mails or logs."""

import base64
import io
import json
import logging
import re
import time
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models
from django.test import Client
from django.utils import timezone

from config.logs import PrivateFormatter
from referrals import access, moves
from referrals.deliveries import worker
from referrals.models import Attempt, Delivery, Message, Referral
from tests import factories
from tests.referrals import documents, mailbox, partner, searching
from tests.referrals.patient import CANARIES, OFFICE, PAGES, REVIEW, Form, code_in_mail, link_of
from tests.referrals.receiver import Receiver, hook
from tests.referrals.running import Browser, Running, until

QUESTION, ANSWER = "Is your pangolin numb at night?", "Only the left echidna, doctor."
# Every way in which the phone and the date of birth are typed or shown, besides the words themselves.
SPELLINGS = ["quokka", "555-0186", "5550186", "April 9, 1957", "Apr 9, 1957"]
# The name of a document, and what stands in it; long enough that Django's own way would write it to the disk.
DOCUMENT, INSIDE = "Bilby spine report.pdf", "the left potto is narrowed"
HOOK_KEY = "bandicoot-key"  # of a receiver, in the address that the clinic typed
IDEMPOTENCY_KEY = "wombat-request-0001"
WORDS = [*CANARIES.values(), *SPELLINGS, QUESTION, ANSWER, DOCUMENT, INSIDE, "Wallaby", "555-0187", "5550187"]
# What `PAGES` leaves empty.
FILLED: dict[str, dict[str, str]] = {
    "contact": {"best_time": "quokka mornings"},
    "earlier": {"care_text": "quokka swimming"},
    "medicines": {"thinner_name": "quokkaban", "medicines_text": "quokka drops", "allergies_text": "quokka fur"},
    "health": {"conditions_text": "quokka fever"},
    "practical": {"plan": "Quokka Gold", "access_text": "a quokka ramp"},
}


@pytest.fixture(autouse=True)
def nothing_is_left_of_the_test_before(request):
    """What an earlier test wrote in clear on purpose may still stand in the write-ahead log."""
    if "committed_austin" in request.fixturenames:
        request.getfixturevalue("transactional_db")
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.fixture
def postgres_files(committed_austin):
    """None where the database is another one, or its files are not ours to read."""
    return searching.PostgresFiles() if searching.PostgresFiles.can_be_read() else None


def asked_for_by_others(site: str, practice: int, key: str) -> list[str]:
    """A partner's server and a doctor's office ask for the same patient -> what of that nobody may find."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Idempotency-Key": IDEMPOTENCY_KEY}
    sent = json.dumps(partner.body(practice)).encode()
    for _ in range(2):  # the second answer is the kept one
        made = Browser(site).ask(urllib.request.Request(site + partner.ADDRESS, data=sent, headers=headers))
        assert made.status_code == 201, made.text
    form = Form(Browser(site), practice)
    form.fill(**FILLED | {"asker": OFFICE})
    as_slow_as_people(form.client)
    page = form.post("review", {"warning": "long_standing", "warning_text": CANARIES["warning_text"]}).text
    assert "The patient is asked" in page, page
    (link,) = re.findall(r"<code>[^<]*/referrals/([\w-]{43})/</code>", page)
    return [IDEMPOTENCY_KEY, key, link]


def as_slow_as_people(browser) -> None:
    """The running site takes no form that was filled in within a second (REQUEST_TAKES_AT_LEAST)."""
    if isinstance(browser, Browser):
        time.sleep(1)


def sent_by(browser, austin, code=code_in_mail) -> tuple[str, ...]:
    """A request, mistakes first -> the tokens of its link and of a draft, and the code that was mailed.

    A second form stays a draft, with a code that nobody types; a third ends at a warning sign.
    """
    form = Form(browser, austin.practice.pk)
    form.fill(**FILLED | {"contact": FILLED["contact"] | {"keep_draft": "on"}})
    as_slow_as_people(browser)
    form.review(share="")
    form.review()
    typed = code()
    link = link_of(form.type_code(typed))
    browser.get(link)
    form.type_code(typed)  # sent twice
    draft = Form(browser, austin.practice.pk)
    draft.fill(contact={"keep_draft": "on", "phone": ""})
    kept = re.search(r"/referrals/([^/]+)/resume/", draft.post("review", {}, go="stop").text)
    as_slow_as_people(browser)
    draft.review()
    Form(browser, austin.practice.pk).post("gate", {"warning": "yes", "warning_text": CANARIES["warning_text"]})
    return link.split("/")[2], kept[1], typed


def talked_about(referral, austin) -> None:
    """The clinic reads it and asks, the patient answers, nobody is reached, it is declined."""
    moves.start(referral, actor=austin.staff)
    assert access.read(referral, user=austin.coordinator).name == CANARIES["name"]
    moves.ask(referral, actor=austin.staff, text=QUESTION)
    moves.answer(referral, actor=moves.PATIENT, text=ANSWER)
    Attempt.objects.create(referral=referral, user=austin.coordinator, outcome=Attempt.Outcome.NO_ANSWER)
    moves.decline(referral, actor=austin.staff, reason="no_capacity")


def code_at(smtp) -> str:
    """The newest code that arrived, as soon as it has."""
    codes = lambda: re.findall(rb"^(\d{3} \d{3})\r?$", b"\n".join(map(searching.mail, smtp.mails)), re.M)  # noqa: E731
    until(codes)
    return codes()[-1].decode()


def mailed_tokens(mails: bytes) -> set[str]:
    """Of the links in mails to the patient."""
    return {token.decode() for token in re.findall(rb"/referrals/([\w-]{20,})/", mails)}


def log_in(browser: Browser, email: str) -> None:
    browser.get("/admin/login/")
    answer = browser.post("/admin/login/", {"username": email, "password": factories.PASSWORD, "next": "/admin/"})
    assert answer.status_code == 302, answer.text


def test_nothing_lies_in_clear_wherever_the_running_site_keeps_anything(
    committed_austin, settings, smtp, tmp_path, postgres_files
):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]  # as the site has it
    austin = committed_austin
    mailbox.real(austin)
    person = austin.coordinator
    for one in (person, austin.operator):
        one.set_password(factories.PASSWORD)
        one.save()
    with Receiver() as receiver, Running(tmp_path, mail=smtp.port, hooks=receiver.authority) as site:
        settings.SITE_URL, settings.WEBHOOK_TEST_RECEIVER = site.url, receiver.authority
        made = hook(austin.clinic, f"{receiver.url}?key={HOOK_KEY}")
        token, *secrets = sent_by(Browser(site.url), austin, lambda: code_at(smtp))
        referral = Referral.objects.get()
        clinic = Browser(site.url)
        log_in(clinic, person.email)
        page = f"/admin/referrals/referral/{referral.pk}/change/"
        assert CANARIES["name"] in clinic.get(page).text
        clinic.get(f"/admin/referrals/referral/?q={CANARIES['name'].replace(' ', '+')}")
        patient = Browser(site.url)
        opened = {"birth_month": "4", "birth_day": "9", "birth_year": "1957"}
        assert patient.post(f"/referrals/{token}/open/", opened).status_code == 303
        adding = f"/referrals/{token}/files/add/"
        assert patient.post_file(adding, DOCUMENT, documents.pdf(INSIDE, size=3_000_000)).status_code == 303
        assert patient.post_file(adding, DOCUMENT, INSIDE.encode()).status_code == 400
        too_big = patient.post_file(adding, DOCUMENT, documents.pdf(INSIDE, size=30_000_000))
        assert (too_big.status_code, "larger than 20 MB" in too_big.text) == (413, True)
        assert INSIDE.encode() in patient.get(f"/referrals/{token}/files/1/").content
        assert INSIDE.encode() in clinic.get(f"/admin/referrals/referral/{referral.pk}/file/1/").content
        talked_about(referral, austin)
        patient.get("/referrals/find/")
        assert patient.post("/referrals/find/", {"email": CANARIES["email"]}).status_code == 303
        born = {"month": "4", "day": "9", "year": "1957"}
        assert CANARIES["stops"] in patient.post(f"/referrals/{token}/download/", born).text
        operator = Browser(site.url)
        log_in(operator, austin.operator.email)
        operator.get(page)
        read = f"/admin/referrals/referral/{referral.pk}/read/"
        assert operator.post(read, {"reason": "legal", "case": CANARIES["name"]}).status_code == 400
        assert ANSWER in operator.post(read, {"reason": "legal", "case": "2026-117"}).text
        read = read.replace("/read/", "/read_file/")
        assert INSIDE.encode() in operator.post(read, {"reason": "legal", "number": "1"}).content
        secrets += asked_for_by_others(site.url, austin.practice.pk, factories.api_key())
        assert Referral.objects.filter(state="unconfirmed").count() == 2
        for wrong in (f"/referrals/{token}x/", f"/referrals/{token}/nowhere/", f"/find/?near={CANARIES['email']}"):
            Browser(site.url).get(wrong)
        until(lambda: not Delivery.objects.unsent().filter(attempts=0).exists())
        # Before anything is put away: as a thief, a backup or a crash would find it.
        places = {
            "database": searching.database(),
            "sessions": searching.sessions(),
            "logs": site.logs(),
            "files": searching.folder(tmp_path),
            "mails": b"\n".join(map(searching.mail, smtp.mails)),
            "web hooks": b"\n".join(str(call.headers).encode() + b"\n" + call.body for call in receiver.calls),
        }
        told = places.pop("mails")
        places |= postgres_files.read() if postgres_files is not None else {}
        called = {call.said["type"] for call in receiver.calls}
    assert searching.found([person.email], places["database"])  # the search itself works, in each place
    if postgres_files is not None:
        assert searching.found([referral.reference], places["tables"])
        assert searching.found([referral.reference], places["write-ahead log"])
    assert searching.found(["_auth_user_id"], places["sessions"])
    assert searching.found(["sent at attempt 1"], places["logs"])
    assert searching.found(["A new request is waiting"], told)
    assert {"referral.submitted", "referral.needs_information", "referral.declined"} <= called
    assert searching.found([referral.reference], places["web hooks"])
    assert searching.everywhere(places, [*WORDS, token, *secrets, *made.unseal(), *mailed_tokens(told)]) == {}
    assert searching.found([HOOK_KEY], places["logs"]) == []
    # A code and a link of their own stand in mails to the patient, whose address is on the envelope.
    assert searching.found([*WORDS, token], told) == []


@pytest.fixture
def written():
    """The logs as this site writes them."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PrivateFormatter())
    loggers = [logging.getLogger(name) for name in ("", "django", "django.request", "django.db.backends", "referrals")]
    for logger in loggers:
        logger.addHandler(handler)
    yield lambda: stream.getvalue().encode()
    for logger in loggers:
        logger.removeHandler(handler)


def test_nothing_lies_in_clear_in_caches_and_in_the_log_of_a_crash(committed_austin, settings, tmp_path, written):
    settings.ATTACHMENT_FOLDER = tmp_path / "attachments"
    secrets = sent_by(Client(), committed_austin)
    referral = Referral.objects.get()
    documents.added(referral, documents.pdf(INSIDE), DOCUMENT)
    talked_about(referral, committed_austin)
    try:
        Referral.objects.create(pk=referral.pk, name=CANARIES["name"].encode(), email=CANARIES["email"])
    except (IntegrityError, TypeError):  # databases repeat the offending row in their messages
        logging.getLogger("referrals").exception("what a crash would log")
    worker.run_once()
    files = searching.folder(Path(settings.ATTACHMENT_FOLDER))
    places = {"logs": written(), "cache": searching.cache(), "database": searching.database(), "files": files}
    assert searching.found(["what a crash would log"], places["logs"])
    assert searching.everywhere(places, [*WORDS, *secrets]) == {}


# ---- would it be noticed? -------------------------------------------------------------------------------------------


def sealed_columns():
    """Every column of requests that holds what somebody wrote."""
    for model in apps.get_app_config("referrals").get_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.BinaryField) and field.name != "data_key":
                yield pytest.param(model, field.name, id=f"{model.__name__}.{field.name}")


@pytest.mark.parametrize(("model", "column"), list(sealed_columns()))
def test_one_column_left_in_clear_is_found(committed_austin, model, column):
    referral = committed_austin.referral()
    message = Message(referral=referral, role="patient", at=timezone.now())
    message.seal(ANSWER)
    message.save(force_insert=True)
    documents.added(referral, documents.pdf(INSIDE), DOCUMENT)
    hook(committed_austin.clinic, "https://hooks.example.org/").renew_secret(timezone.now())
    form = Form(Client(), committed_austin.practice.pk)
    form.fill(contact={"keep_draft": "on"})
    form.post("review", {}, go="stop")
    form.review()
    assert searching.everywhere({"database": searching.database()}, WORDS) == {}
    model.objects.update(**{column: CANARIES["name"].encode()})
    assert CANARIES["name"] in searching.found(WORDS, searching.database())


def test_a_row_that_was_in_clear_for_a_moment_is_found_in_the_files_of_postgresql(committed_austin, postgres_files):
    """No question to the database shows it any more."""
    if postgres_files is None:
        pytest.skip("for PostgreSQL on this machine")
    referral = committed_austin.referral()
    assert searching.everywhere(postgres_files.read(), WORDS) == {}
    sealed = referral.name
    Referral.objects.update(name=CANARIES["name"].encode())
    Referral.objects.update(name=sealed)
    assert searching.found(WORDS, searching.database()) == []
    found = searching.everywhere(postgres_files.read(), WORDS)
    assert set(found) == {"write-ahead log", "tables"}


def test_one_document_left_in_clear_is_found(tmp_path):
    (tmp_path / "0b1e.sealed").write_bytes(documents.pdf(INSIDE))
    assert searching.found(WORDS, searching.folder(tmp_path)) == [INSIDE]


@pytest.mark.parametrize("write", ["utf-8", "hex", "base64", "base64url", "quoted", "json", "utf-16-le", "lower"])
def test_a_word_is_found_however_it_was_written(write):
    word = "Zebulina Quokka ñ>?"
    written_so = {
        "utf-8": b"so " + word.encode() + b" so",
        "hex": b"\\x00" + word.encode().hex().encode(),
        "base64": base64.b64encode(b"ab" + word.encode() + b"c"),
        "base64url": base64.urlsafe_b64encode(b"a" + word.encode() + b"bc"),
        "quoted": b"?q=" + quote(word).encode(),
        "json": json.dumps({"a": word}).encode(),
        "utf-16-le": word.encode("utf-16-le"),
        "lower": word.lower().encode(),
    }
    assert searching.found([word], written_so[write]) == [word]
    assert searching.found(["Zebulina Numbat"], written_so[write]) == []


class Boxes(HTMLParser):
    """The names of the boxes of a page in which somebody can write."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        writes = tag == "textarea" or (tag == "input" and given.get("type", "text") in ("text", "email", "tel"))
        if writes and given.get("name"):
            self.names.add(str(given["name"]))


def test_every_box_of_the_form_is_filled_with_a_word_that_is_looked_for(austin):
    form = Form(Client(), austin.practice.pk)
    boxes, typed = Boxes(form.page.text).names, dict(REVIEW)
    for step, answers in PAGES.items():
        typed |= answers | FILLED.get(step, {})
        boxes |= Boxes(form.post(step).text).names
    # Of dates the parts say nothing; in the box that nobody sees only a program writes.
    boxes = {name for name in boxes if not re.search(r"_(month|day|year)$|^website$", name)}
    # For others than this patient; answers of all boxes are sealed as one text.
    boxes -= {"language_other", "mri_cannot", "office_name", "office_npi", "office_phone", "relation", "relative_name"}
    words = [word.lower() for word in WORDS]
    assert boxes >= {"name", "email", "phone", "stops"}
    answers = {name: str(typed.get(name, "")) for name in boxes}
    assert {name: text for name, text in answers.items() if not any(word in text.lower() for word in words)} == {}


def test_the_database_is_one_that_keeps_a_log_beside_it(committed_austin):
    """Else the dump of the test above would look at less than what a site has."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert cursor.execute("PRAGMA secure_delete").fetchone() == (1,)
