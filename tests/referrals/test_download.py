"""The patient takes everything along, and nobody does who only has the link."""

import dataclasses
import datetime
import io
import json

import pypdf
import pytest
from django.test import Client
from django.utils import timezone

from referrals import access, correspondence, moves
from referrals.attachments import adding
from referrals.models import Attempt, OperatorReading, ReferralLink
from referrals.pdf import sheet
from tests import factories
from tests.referrals import documents
from tests.referrals.patient import CANARIES, CONTENT

BORN = {"month": "4", "day": "9", "year": "1957"}


@pytest.fixture
def referral(austin):
    return austin.referral()


@pytest.fixture
def address(referral):
    return f"/referrals/{ReferralLink.objects.issue(referral)}/download/"


def test_the_file_holds_all_that_is_kept(austin, referral, address, client):
    access.read(referral, user=austin.coordinator)
    moves.start(referral, actor=austin.staff)
    moves.ask(referral, actor=austin.staff, text="When was your MRI?")
    moves.answer(referral, actor=moves.PATIENT, text="In March.")
    Attempt.objects.create(referral=referral, user=austin.coordinator, outcome="no_answer")
    access.read_as_operator(referral, user=austin.operator, reason=OperatorReading.Reason.PATIENT_ASKED)
    answer = client.post(address, BORN)
    assert answer["Content-Disposition"] == f'attachment; filename="request-{referral.reference}.json"'
    assert answer["Cache-Control"] == "no-store"
    file = json.loads(answer.content)
    asked_since = {"mri_place", "thinner_by"}  # not by the form that this request answered
    assert not [word for name, word in CANARIES.items() if name not in asked_since and word not in answer.text]
    assert [message["text"] for message in file["messages"]] == ["When was your MRI?", "In March."]
    assert [step["move"] for step in file["history"]] == ["submit", "start", "ask", "answer"]
    assert [attempt["outcome"] for attempt in file["attempts_to_reach_you"]] == ["no_answer"]
    assert [reading["reason"] for reading in file["read_by_the_operator"]] == ["patient_asked"]
    assert len(file["opened_by_the_clinic"]) == 1
    assert file["clinic"] == austin.clinic.name
    lines = [line for part in file["answers_in_words"] for line in part["lines"]]
    assert {"question": "What it prevents", "answer": CANARIES["stops"]} in lines
    assert austin.coordinator.email not in answer.text


def test_its_words_are_in_the_language_of_the_request(austin, client):
    referral = austin.referral(language="es")
    address = f"/referrals/{ReferralLink.objects.issue(referral)}/download/"
    assert json.loads(client.post(address, BORN).content)["state"] == {"code": "submitted", "words": "nueva"}


def test_the_page_that_asks_shows_nothing_of_it(referral, address, client):
    page = client.get(address)
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "no-referrer"
    assert not [word for word in CANARIES.values() if word in page.text]


@pytest.mark.parametrize("typed", [BORN | {"day": "10"}, {}, BORN | {"month": "13"}])
def test_without_the_right_date_of_birth_there_is_no_file(referral, address, client, typed):
    page = client.post(address, typed)
    assert "errsum" in page.text
    assert "Content-Disposition" not in page
    assert not [word for word in CANARIES.values() if word in page.text]


def test_the_date_of_birth_is_asked_once_per_device(referral, address, client):
    assert 'name="month"' in client.get(address).text
    assert client.post(address, BORN | {"as": "pdf"})["Content-Type"] == "application/pdf"
    page = client.get(address)
    assert 'name="month"' not in page.text
    assert not [word for word in CANARIES.values() if word in page.text]
    assert CANARIES["name"] in client.post(address, {"as": "json"}).text
    other = Client()
    assert "Content-Disposition" not in other.post(address, {"as": "json"})


def test_the_fifth_wrong_one_closes_the_link(referral, address, client):
    for _ in range(4):
        client.post(address, BORN | {"day": "10"})
    closed = client.post(address, BORN | {"day": "10"})
    assert closed.status_code == 403
    assert client.post(address, BORN).status_code == 404


def test_what_does_not_open_is_explained(referral, address, client, settings):
    settings.FIELD_ENCRYPTION_KEYS = {"other": b"x" * 32}
    refused = client.post(address, BORN)
    assert refused.status_code == 503
    assert "Nothing is lost" in refused.text


def test_an_unknown_link_downloads_nothing(db, client):
    assert client.post("/referrals/unknown/download/", BORN).status_code == 404


# ---- as a PDF -------------------------------------------------------------------------------------------------------


def read_back(answer) -> tuple[pypdf.PdfReader, str]:
    """The file, and its words on one line."""
    assert answer["Content-Type"] == "application/pdf", answer.text[:500]
    reader = pypdf.PdfReader(io.BytesIO(answer.content))
    return reader, " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def sent_by(austin, **changes):
    """A request with other content -> the address of its file."""
    referral = moves.submit(
        austin.practice.pk,
        "adhesiolysis",
        dataclasses.replace(CONTENT, **changes),
        consent_version="1",
        form_key_hash="of-another",
    )
    return f"/referrals/{ReferralLink.objects.issue(referral)}/download/"


def test_the_pdf_holds_all_that_is_kept_a_warning_sign_first(austin, referral, address, client):
    access.read(referral, user=austin.coordinator)
    moves.start(referral, actor=austin.staff)
    moves.ask(referral, actor=austin.staff, text="When was your MRI?")
    moves.answer(referral, actor=moves.PATIENT, text="In March,\nor so.")
    correspondence.log_attempt(referral, user=austin.coordinator, outcome="no_answer")
    ReferralLink.objects.issue(referral, issued_by=austin.coordinator)
    access.read_as_operator(referral, user=austin.operator, reason=OperatorReading.Reason.PATIENT_ASKED)
    answer = client.post(address, BORN | {"as": "pdf"})
    assert answer["Content-Disposition"] == f'attachment; filename="request-{referral.reference}.pdf"'
    assert answer["Cache-Control"] == "no-store"
    reader, text = read_back(answer)
    asked_since = {"mri_place", "thinner_by"}
    shown_as = {"phone": "(512) 555-0186", "date_of_birth": "April 9, 1957"}
    words = [shown_as.get(name, word) for name, word in CANARIES.items() if name not in asked_since]
    words += ["When was your MRI?", "In March, or so.", "No answer", "The patient asked for help"]
    words += [
        "They asked for more information",
        "Opened by the clinic",
        "New links from the clinic",
        austin.clinic.name,
    ]
    assert [word for word in words if word not in text] == []
    assert text.index(CANARIES["warning_text"]) < text.index(CANARIES["name"])
    assert austin.coordinator.email not in text
    assert reader.metadata.title == f"Request {referral.reference}"
    assert reader.trailer["/Root"]["/Lang"] == "en"
    outline = [entry.title for entry in reader.outline]
    assert outline[:3] == ["Warning signs", "This request", "Patient and contact"]


def test_both_files_name_the_documents_and_through_whom_it_came(austin, settings, tmp_path, client):
    settings.ATTACHMENT_FOLDER = tmp_path
    referral = austin.referral()
    referral.partner = factories.partner(name="Back Help")
    referral.save(update_fields=["partner"])
    documents.added(referral, name="my MRI.pdf")
    documents.added(referral, documents.png(), name="wrong.png")
    adding.remove(referral, 2)
    address = f"/referrals/{ReferralLink.objects.issue(referral)}/download/"
    file = json.loads(client.post(address, BORN).content)
    assert file["sent_through"] == "Back Help"
    assert [(one["number"], one["name"], one["kind"]) for one in file["files"]] == [
        (1, "my MRI.pdf", "PDF"),
        (2, "", "PNG"),
    ]
    _reader, text = read_back(client.post(address, BORN | {"as": "pdf"}))
    assert "Came through Back Help" in text
    first, second = text.index("my MRI.pdf PDF, "), text.index("Document 2 PNG, ")
    assert text.index("Documents") < first < second
    assert "wrong.png" not in text
    assert referral.attachments.get(number=2).get_state_display() in text[second:]


def test_it_says_in_which_language_the_words_were_agreed_to(austin, address, client):
    assert "to the words of version 1 in English" in read_back(client.post(address, BORN | {"as": "pdf"}))[1]
    spanish = austin.referral(language="es")
    file = json.loads(client.post(f"/referrals/{ReferralLink.objects.issue(spanish)}/download/", BORN).content)
    assert (file["consent"]["version"], file["consent"]["language"]) == ("1", "es")


def test_of_what_somebody_else_wrote_no_language_of_the_consent_is_claimed(austin, client):
    referral = moves.propose(austin.practice.pk, "adhesiolysis", CONTENT, form_key_hash="of an office", language="es")
    moves.confirm(referral, signs=moves.SignsToday("no"), consent_version="3")
    address = f"/referrals/{ReferralLink.objects.issue(referral)}/download/"
    consent = json.loads(client.post(address, BORN).content)["consent"]
    assert (consent["version"], consent["language"]) == ("3", None)


def test_before_the_patients_word_nothing_was_agreed(austin, client):
    referral = moves.propose(
        austin.practice.pk,
        "adhesiolysis",
        dataclasses.replace(CONTENT, answers=CONTENT.answers | {"asker": "office", "office_name": "Hill Family Care"}),
        form_key_hash="of an office",
    )
    address = f"/referrals/{ReferralLink.objects.issue(referral)}/download/"
    assert json.loads(client.post(address, BORN).content)["consent"] is None
    text = read_back(client.post(address, BORN | {"as": "pdf"}))[1]
    assert "You agreed to nothing yet. The request was not sent to the clinic." in text
    assert "version" not in text


def test_the_pdf_is_in_the_language_of_the_request(austin, client):
    referral = austin.referral(language="es")
    address = f"/referrals/{ReferralLink.objects.issue(referral)}/download/"
    reader, text = read_back(client.post(address, BORN | {"as": "pdf"}))
    assert reader.trailer["/Root"]["/Lang"] == "es"
    assert "9 de abril de 1957" in text
    assert "Born" not in text


def test_letters_of_other_languages_are_drawn_or_said(austin, client):
    stops = "Nguyễn <b>Łódź</b> & Ґанна 中 \N{GRINNING FACE}"
    address = sent_by(austin, answers=CONTENT.answers | {"stops": stops})
    _reader, text = read_back(client.post(address, BORN | {"as": "pdf"}))
    assert "Nguyễn <b>Łódź</b> & Ґанна [U+4E2D] [U+1F600]" in text
    assert "stands for a letter that this file cannot draw" in text


def test_where_all_can_be_drawn_nothing_is_said_about_it(address, client):
    _reader, text = read_back(client.post(address, BORN | {"as": "pdf"}))
    assert "U+" not in text


def test_a_text_of_any_length_goes_over_pages(austin, client):
    long = "\n".join(f"line {number}" for number in range(400)) + "x" * 3000
    address = sent_by(austin, answers=CONTENT.answers | {"stops": long})
    reader, text = read_back(client.post(address, BORN | {"as": "pdf"}))
    assert len(reader.pages) > 5
    assert all(f"line {number}" in text for number in range(400))
    assert text.replace(" ", "").count("x") >= 3000


@pytest.mark.parametrize("typed", [BORN | {"day": "10"}, {}])
def test_without_the_right_date_of_birth_there_is_no_pdf_either(address, client, typed):
    page = client.post(address, typed | {"as": "pdf"})
    assert "errsum" in page.text
    assert "Content-Disposition" not in page


def test_the_fonts_draw_what_english_and_spanish_need():
    assert {ord(letter) for letter in "áéíóúüñÁÉÍÓÚÜÑ¿¡«»“”‘’–—…€"} <= sheet.DRAWN


def test_a_young_patient_of_a_clinic_that_sees_them_takes_everything_along_too(austin, client):
    born = timezone.localdate().replace(month=1, day=2) - datetime.timedelta(days=14 * 365 + 30)
    austin.practice.offerings.update(age_from=12)
    referral = moves.submit(
        austin.practice.pk,
        "adhesiolysis",
        dataclasses.replace(CONTENT, date_of_birth=born),
        consent_version="1",
        form_key_hash="of somebody young",
    )
    address = f"/referrals/{ReferralLink.objects.issue(referral)}/download/"
    answer = client.post(address, {"month": str(born.month), "day": str(born.day), "year": str(born.year)})
    assert answer["Content-Type"] == "application/json"
    assert json.loads(answer.content)["reference"] == referral.reference
