"""Documents of a patient: added once the date of birth was typed, seen by the clinic alone, gone when they should."""

import json
import logging
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db import IntegrityError, OperationalError, transaction
from django.test import Client
from django.utils import timezone

from referrals import access, affected, correspondence, erasing, moves, rotation
from referrals.attachments import adding, folder, keeping, kinds, scanner, scanning, upload
from referrals.attachments.upload import Received
from referrals.deliveries import email, worker
from referrals.models import Attachment, LegalHold, LooseFile, Opening, OperatorReading, Referral, ReferralLink
from referrals.states import State
from referrals.vault.keys import VaultError
from tests import factories
from tests.referrals import documents
from tests.referrals.test_follow import type_birth

NAME = "Quokka spine.pdf"
WORDS = b"%nothing clinical"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.ATTACHMENT_FOLDER = tmp_path / "attachments"
    return settings.ATTACHMENT_FOLDER


@pytest.fixture
def referral(austin):
    return austin.referral()


@pytest.fixture
def address(referral):
    return f"/referrals/{ReferralLink.objects.issue(referral)}/"


@pytest.fixture
def opened(client, address):
    """A browser on which the date of birth was typed."""
    type_birth(client, address)
    return client


@pytest.fixture
def clamd(settings):
    with documents.clamd() as (daemon, setting):
        settings.ATTACHMENT_SCANNER = setting
        yield daemon


@pytest.fixture
def clinic(austin):
    """A browser in which the coordinator is logged in."""
    browser = Client()
    browser.force_login(austin.coordinator)
    return browser


def page_of(referral) -> str:
    return f"/admin/referrals/referral/{referral.pk}/change/"


def file_of(referral, number=1) -> str:
    return f"/admin/referrals/referral/{referral.pk}/file/{number}/"


def lying(place: Path) -> list[str]:
    return sorted(file.name for file in place.iterdir()) if place.is_dir() else []


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


# ---- the patient adds -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (documents.pdf(), NAME, "PDF"),
        (documents.jpeg(), "page 1.jpg", "JPEG"),
        (documents.png(), "called.pdf", "PNG"),
    ],
)
def test_a_patient_adds_a_document_and_takes_it_back(referral, address, opened, content, name, kind):
    answer = opened.post(f"{address}files/add/", documents.form(content, name))
    assert (answer.status_code, answer["Location"]) == (303, f"{address}#files")
    text = opened.get(address).text
    assert name in text
    assert f"{kind}, {len(content)}" in text
    got = opened.get(f"{address}files/1/")
    assert body(got) == content
    assert got["Content-Length"] == str(len(content))


def test_what_is_given_out_can_only_be_saved_and_has_a_name_of_ours(referral, address, opened):
    opened.post(f"{address}files/add/", documents.form(documents.png(), "<script>.html"))
    got = opened.get(f"{address}files/1/", headers={"Accept-Encoding": "gzip"})
    assert got["Content-Disposition"] == f'attachment; filename="request-{referral.reference}-file-1.png"'
    assert got["Content-Type"] == "image/png"
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert (got["Cache-Control"], got["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert body(got) == documents.png()


def test_the_folder_holds_neither_the_file_nor_its_name(address, opened, own_folder):
    opened.post(f"{address}files/add/", documents.form(documents.pdf("platypus"), NAME))
    names = lying(own_folder)
    assert [name.partition(".")[2] for name in names] == ["sealed"]
    assert b"platypus" not in (own_folder / names[0]).read_bytes()
    assert b"Quokka" not in bytes(Attachment.objects.get().name)


def test_before_the_date_of_birth_nothing_is_added_shown_or_given_out(referral, address, client):
    documents.added(referral, name=NAME)
    assert client.post(f"{address}files/add/", documents.form(documents.pdf())).status_code == 403
    assert client.post(f"{address}files/remove/", {"number": "1"}).status_code == 403
    assert client.get(f"{address}files/1/")["Location"] == f"{address}#open"
    assert NAME not in client.get(address).text
    assert [each.state for each in Attachment.objects.all()] == ["unscanned"]


def test_the_link_of_a_doctors_office_opens_no_document(referral):
    documents.added(referral)
    token = ReferralLink.objects.issue(referral, for_office=True)
    browser = Client()
    assert browser.get(f"/referrals/{token}/files/1/").status_code == 404
    assert browser.post(f"/referrals/{token}/files/add/", documents.form(documents.pdf())).status_code == 403


def test_the_cookie_of_one_request_opens_no_document_of_another(austin, address, opened):
    other = austin.referral()
    documents.added(other)
    theirs = f"/referrals/{ReferralLink.objects.issue(other)}/files/1/"
    assert opened.get(theirs).status_code == 303
    assert opened.get(f"{address}files/1/").status_code == 404


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({}, 400, "Choose a file first"),
        (documents.form(b""), 400, "There is nothing in the file"),
        (documents.form(b"PK\3\4", "letter.docx"), 400, "Only PDF, JPEG and PNG"),
        (documents.form(documents.pdf()[:-40]), 400, "damaged or not whole"),
        (documents.form(b"\0\0\0\x18ftypheic\0\0\0\0", "IMG_1.HEIC"), 400, "HEIC"),
        (documents.form(bytes(128) + b"DICM", "IM0001"), 400, "Bring the disc"),
        (documents.form(documents.pdf(size=upload.MOST_BYTES)), 413, "larger than 20 MB"),
    ],
)
def test_what_is_not_taken_is_explained_and_nothing_is_kept(address, opened, own_folder, sent, status, words):
    page = opened.post(f"{address}files/add/", sent)
    assert page.status_code == status
    assert words in page.text
    assert 'id="file-error"' in page.text
    assert '<a href="#file">' in page.text  # from the summary on top
    assert (Attachment.objects.count(), LooseFile.objects.count(), lying(own_folder)) == (0, 0, [])


def test_the_largest_file_that_is_taken_comes_back_whole(address, opened):
    content = documents.pdf(size=upload.MOST_BYTES - 1000)
    assert opened.post(f"{address}files/add/", documents.form(content)).status_code == 303
    assert body(opened.get(f"{address}files/1/")) == content


def test_what_is_far_too_big_is_not_even_read(address, opened):
    page = opened.post(f"{address}files/add/", documents.form(documents.pdf()), CONTENT_LENGTH=str(10**12))
    assert page.status_code == 413


def test_a_form_that_breaks_off_keeps_nothing(address, opened):
    half = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + documents.pdf()
    page = opened.post(f"{address}files/add/", half, content_type="multipart/form-data; boundary=x")
    assert page.status_code == 400
    assert "did not arrive whole" in page.text or "Choose a file" in page.text
    assert not Attachment.objects.exists()


def test_no_more_than_a_few_files_are_in_memory_at_once(address, opened):
    taken = [upload._places.acquire(blocking=False) for _ in range(upload.AT_ONCE)]
    try:
        page = opened.post(f"{address}files/add/", documents.form(documents.pdf()))
    finally:
        for _ in taken:
            upload._places.release()
    assert (page.status_code, "Wait a minute" in page.text) == (503, True)
    assert opened.post(f"{address}files/add/", documents.form(documents.pdf())).status_code == 303


def test_no_page_writes_a_file_to_the_disk_as_it_came(settings, address, opened, monkeypatch):
    """Django's own way does for what is longer than 2.5 MB."""
    assert settings.FILE_UPLOAD_HANDLERS == ["referrals.attachments.upload.Nothing"]
    monkeypatch.setattr(TemporaryFileUploadHandler, "new_file", lambda *args, **kwargs: pytest.fail("to the disk"))
    for page in ("add", "remove"):
        opened.post(f"{address}files/{page}/", documents.form(documents.pdf(size=3_000_000)))
    answer = opened.post(f"{address}message/", documents.form(documents.pdf(size=3_000_000)) | {"text": "Hello"})
    assert answer.status_code == 303  # passed over


def test_a_request_has_ten_documents_at_most_and_forty_ever(referral):
    for _ in range(adding.MOST):
        documents.added(referral)
    with pytest.raises(adding.TooManyFiles):
        documents.added(referral)
    adding.remove(referral, 3)
    assert documents.added(referral).number == 11
    for number in range(11, adding.MOST_EVER):
        adding.remove(referral, number)
        documents.added(referral)
    adding.remove(referral, adding.MOST_EVER)
    with pytest.raises(adding.TooManyFiles):
        documents.added(referral)


def test_one_too_many_is_explained(referral, address, opened, monkeypatch):
    monkeypatch.setattr(adding, "MOST", 0)
    page = opened.post(f"{address}files/add/", documents.form(documents.pdf()))
    assert (page.status_code, "as many files as a request can have" in page.text) == (400, True)


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
def test_documents_are_added_while_somebody_is_there_to_read_them(referral, address, opened, own_folder, state):
    at = timezone.now() if state == State.SCHEDULED else None
    Referral.objects.update(state=state, appointment_at=at)
    answer = opened.post(f"{address}files/add/", documents.form(documents.pdf()))
    is_taken = state in correspondence.OPEN_TO_PATIENT
    assert answer.status_code == (303 if is_taken else 409)
    assert Attachment.objects.exists() == bool(lying(own_folder)) == is_taken
    assert ('enctype="multipart/form-data"' in opened.get(address).text) == is_taken


def test_a_folder_that_cannot_be_written_to_is_explained(address, opened, own_folder, settings):
    own_folder.parent.joinpath("file").write_text("")
    settings.ATTACHMENT_FOLDER = own_folder.parent / "file" / "attachments"
    page = opened.post(f"{address}files/add/", documents.form(documents.pdf()))
    assert (page.status_code, "could not be kept just now" in page.text) == (503, True)
    assert not Attachment.objects.exists()


def test_a_disk_that_is_nearly_full_is_explained_before_the_database_has_no_room(
    address, opened, own_folder, monkeypatch
):
    monkeypatch.setattr(folder, "LEAST_FREE", 10**18)
    page = opened.post(f"{address}files/add/", documents.form(documents.pdf()))
    assert (page.status_code, "The file could not be kept just now" in page.text) == (503, True)
    assert (Attachment.objects.count(), lying(own_folder)) == (0, [])


def test_a_long_name_keeps_its_end_and_no_name_writes_into_the_page(referral, address, opened):
    documents.added(referral, name="x" * 500 + ".pdf")
    documents.added(referral, name="<b>bold</b>.pdf")
    text = opened.get(address).text
    assert "x.pdf" in text
    assert "x" * 200 not in text
    assert "<b>bold" not in text


# ---- it is told and read --------------------------------------------------------------------------------------------


def test_the_clinic_is_told_without_a_name_and_without_a_word_about_health(austin, referral):
    documents.added(referral, name=NAME)
    documents.added(referral)
    told = referral.deliveries.get(kind="clinic_file")  # both are seen by whoever reads one mail
    message = email.compose(told)
    assert message.to == [austin.clinic.notification_email]
    assert message.subject == f"The patient has added something ({referral.reference})"
    assert not [word for word in ("Quokka", "spine", "pdf", "document") if word in str(message.message())]


def test_the_clinic_downloads_it_and_that_is_recorded(austin, referral, clinic):
    documents.added(referral, documents.pdf("the report"), NAME)
    page = clinic.get(page_of(referral))
    assert NAME in page.text
    assert "no program that looks for viruses" in page.text
    assert NAME in clinic.get(f"/admin/referrals/referral/{referral.pk}/print/").text
    got = clinic.get(file_of(referral))
    assert body(got) == documents.pdf("the report")
    assert got["Content-Security-Policy"] == "sandbox; default-src 'none'"
    opening = Opening.objects.get(file_number=1)
    assert (opening.user, opening.referral) == (austin.coordinator, referral)
    assert "(document 1)" in clinic.get(page_of(referral)).text


def test_nobody_else_reaches_it(austin, referral, client):
    documents.added(referral)
    for person, status in ((austin.stranger, 302), (austin.operator, 403), (factories.user(), 302)):
        client.force_login(person)
        assert client.get(file_of(referral)).status_code == status
    assert Client().get(file_of(referral)).status_code == 302
    assert not Opening.objects.exists()
    with pytest.raises(access.MayNotRead):
        access.read_file(Attachment.objects.get(), user=austin.stranger)


def test_one_of_another_request_is_not_reached_through_ones_own(austin, referral, clinic):
    documents.added(austin.referral())
    answer = clinic.get(file_of(referral))
    assert answer.status_code == 302
    assert "not there" in clinic.get(answer["Location"]).text


def test_an_operator_opens_it_for_a_reason_on_record_and_the_clinic_is_told(austin, referral, client):
    documents.added(referral, name=NAME)
    client.force_login(austin.operator)
    assert NAME not in client.get(page_of(referral)).text
    read = f"/admin/referrals/referral/{referral.pk}/read"
    assert NAME in client.post(f"{read}/", {"reason": "legal", "case": "2026-1"}).text
    assert client.post(f"{read}_file/", {"number": "1"}).status_code == 400
    got = client.post(f"{read}_file/", {"number": "1", "reason": "legal", "case": "2026-1"})
    assert body(got) == documents.pdf()
    assert [(row.file_number, row.case) for row in OperatorReading.objects.order_by("at")] == [
        (None, "2026-1"),
        (1, "2026-1"),
    ]
    assert client.post(f"{read}_file/", {"number": "7", "reason": "legal"}).status_code == 302
    assert OperatorReading.objects.count() == 2
    client.force_login(austin.coordinator)
    assert client.post(f"{read}_file/", {"number": "1", "reason": "legal"}).status_code == 403


def test_a_damaged_or_missing_file_is_explained_and_no_opening_recorded(referral, address, opened, clinic, own_folder):
    documents.added(referral)
    (sealed,) = own_folder.iterdir()
    sealed.write_bytes(sealed.read_bytes()[:-1] + b"?")
    assert opened.get(f"{address}files/1/").status_code == 503
    assert "damaged" in clinic.get(file_of(referral), follow=True).text
    sealed.unlink()
    assert opened.get(f"{address}files/1/").status_code == 503
    assert not Opening.objects.filter(file_number=1).exists()


def test_the_file_of_another_row_does_not_open_in_its_place(referral, address, opened, own_folder):
    one, two = documents.added(referral), documents.added(referral)
    (own_folder / f"{one.pk}.sealed").write_bytes((own_folder / f"{two.pk}.sealed").read_bytes())
    assert opened.get(f"{address}files/1/").status_code == 503
    Attachment.objects.filter(pk=one.pk).update(file_key=Attachment.objects.get(pk=two.pk).file_key)
    assert opened.get(f"{address}files/1/").status_code == 503


def test_everything_that_is_taken_along_names_the_documents(referral, address, opened):
    documents.added(referral, name=NAME)
    file = json.loads(opened.post(f"{address}download/", {"month": "4", "day": "9", "year": "1957"}).content)["files"]
    assert [(one["number"], one["name"], one["kind"], one["state"]["code"]) for one in file] == [
        (1, NAME, "PDF", "unscanned")
    ]


def test_after_a_breach_it_is_counted(referral):
    documents.added(referral)
    documents.added(referral)
    adding.remove(referral, 1)
    today = timezone.localdate()
    assert [row.files for row in affected.find(affected.Period(today, today))] == [1]


def test_a_new_encryption_key_leaves_the_files_as_they_are(settings, referral, address, opened):
    documents.added(referral, name=NAME)
    settings.FIELD_ENCRYPTION_KEYS = {"newer": b"n" * 32, **settings.FIELD_ENCRYPTION_KEYS}
    assert rotation.rotate().wrapped == 1
    settings.FIELD_ENCRYPTION_KEYS = {"newer": b"n" * 32}
    assert body(Client.get(opened, f"{address}files/1/")) == documents.pdf()


# ---- the scanner ----------------------------------------------------------------------------------------------------


def test_nobody_sees_a_file_before_it_was_found_clean(referral, address, opened, clinic, clamd):
    opened.post(f"{address}files/add/", documents.form(documents.pdf(), NAME))
    assert "Being checked for viruses" in opened.get(address).text
    assert opened.get(f"{address}files/1/").status_code == 404
    assert NAME not in clinic.get(page_of(referral)).text
    assert "cannot be opened yet" in clinic.get(page_of(referral)).text
    assert clinic.get(file_of(referral)).status_code == 302
    assert not referral.deliveries.filter(kind="clinic_file").exists()
    worker.run_once()
    assert clamd.scanned == [documents.pdf()]
    assert Attachment.objects.get().state == "clean"
    assert referral.deliveries.filter(kind="clinic_file").count() == 1
    assert body(opened.get(f"{address}files/1/")) == body(clinic.get(file_of(referral))) == documents.pdf()


def test_an_infected_file_is_deleted_and_the_patient_reads_it(
    referral, address, opened, clamd, own_folder, django_capture_on_commit_callbacks
):
    documents.added(referral, documents.pdf("EICAR"), NAME)
    with django_capture_on_commit_callbacks(execute=True):
        worker.run_once()
    assert "a virus was found in it" in opened.get(address).text
    attachment = Attachment.objects.get()
    assert (attachment.state, attachment.file_key, lying(own_folder)) == ("refused", b"", [])
    assert not referral.deliveries.filter(kind="clinic_file").exists()
    opened.post(f"{address}files/remove/", {"number": "1"})
    assert NAME not in opened.get(address).text


def test_while_the_scanner_is_away_files_wait_and_are_tried_again(settings, referral):
    settings.ATTACHMENT_SCANNER = "clamd:127.0.0.1:1"
    documents.added(referral)
    documents.added(referral)
    assert scanning.scan_next(timezone.now()) is False
    assert scanning.scan_next(timezone.now()) is False
    with documents.clamd() as (daemon, setting):
        settings.ATTACHMENT_SCANNER = setting
        assert scanning.scan_next(timezone.now()) is False  # not yet
        later = timezone.now() + scanning.AGAIN
        assert [scanning.scan_next(later) for _ in range(3)] == [True, True, False]
        assert len(daemon.scanned) == 2
    assert {each.state for each in Attachment.objects.all()} == {"clean"}


def breaks(pieces) -> bool:
    raise RuntimeError("of the operator's own")


@pytest.mark.parametrize("how", ["too_long", "function", "damaged", "slow"])
def test_one_file_that_cannot_be_scanned_keeps_no_other_waiting(
    settings, referral, own_folder, how, caplog, monkeypatch
):
    settings.ATTACHMENT_SCANNER = "clamd:127.0.0.1:1"
    first = documents.added(referral, documents.pdf(size=90_000))
    documents.added(referral)
    with documents.clamd(most=2_000) as (_daemon, setting):
        settings.ATTACHMENT_SCANNER = setting
        if how == "function":
            settings.ATTACHMENT_SCANNER = f"{__name__}.breaks"
        elif how == "damaged":
            folder.delete(first.pk)
        elif how == "slow":
            reply, first_of_all = scanner._reply, []

            def times_out_once(connection):
                if not first_of_all:
                    first_of_all.append(connection)
                    connection.settimeout(1e-6)
                return reply(connection)

            monkeypatch.setattr(scanner, "_reply", times_out_once)
        assert [scanning.scan_next(timezone.now()) for _ in range(3)] == [True, True, False]
    states = [each.state for each in Attachment.objects.order_by("number")]
    assert states == ["waiting", "waiting" if how == "function" else "clean"]
    assert f"file {first.pk} was not scanned" in caplog.text
    assert NAME not in caplog.text


def test_a_file_is_scanned_by_one_worker_at_a_time(referral, clamd):
    documents.added(referral)
    now = timezone.now()
    assert scanning._lease(now) is not None
    assert scanning._lease(now) is None
    assert scanning._lease(now + scanning.LEASE) is not None  # that worker died


def test_what_was_there_before_the_scanner_is_scanned_when_there_is_one(settings, referral):
    documents.added(referral)
    assert worker.run_once() == referral.deliveries.count()
    with documents.clamd() as (_daemon, setting):
        settings.ATTACHMENT_SCANNER = setting
        assert not Attachment.objects.shown().exists()  # not before it was found clean
        assert not Attachment.objects.get().is_shown
        assert scanning.scan_next(timezone.now()) is True
    assert Attachment.objects.get().state == "clean"
    assert Attachment.objects.shown().exists()
    assert referral.deliveries.filter(kind="clinic_file").count() == 1  # not told twice


def test_without_a_scanner_what_waited_for_one_is_shown_as_not_scanned(settings, referral):
    settings.ATTACHMENT_SCANNER = "clamd:127.0.0.1:1"
    documents.added(referral)
    settings.ATTACHMENT_SCANNER = ""
    assert [scanning.scan_next(timezone.now()) for _ in range(2)] == [True, False]
    assert Attachment.objects.get().state == "unscanned"
    assert referral.deliveries.filter(kind="clinic_file").count() == 1


def test_one_that_is_deleted_while_it_is_scanned_stays_deleted(referral, clamd):
    attachment = documents.added(referral)
    adding.remove(referral, 1)
    scanning._pass(attachment)
    scanning._refuse(attachment)
    assert Attachment.objects.get().state == "deleted"


# ---- it goes --------------------------------------------------------------------------------------------------------


def test_the_patient_deletes_one_at_any_time(
    austin, referral, address, opened, own_folder, clinic, django_capture_on_commit_callbacks
):
    documents.added(referral, name=NAME)
    documents.added(referral)
    moves.withdraw(referral)
    with django_capture_on_commit_callbacks(execute=True):
        answer = opened.post(f"{address}files/remove/", {"number": "1"})
    assert answer["Location"] == f"{address}#files"
    assert len(lying(own_folder)) == 1
    assert NAME not in opened.get(address).text
    assert "Deleted by you" in opened.get(address).text
    assert "deleted by the patient" in clinic.get(page_of(referral)).text
    assert opened.get(f"{address}files/1/").status_code == 404
    assert opened.post(f"{address}files/remove/", {"number": "1"}).status_code == 303  # twice does no harm
    assert opened.post(f"{address}files/remove/", {"number": "x"}).status_code == 303
    assert not LooseFile.objects.exists()


def test_under_a_legal_hold_nothing_is_deleted(austin, referral, address, opened):
    documents.added(referral)
    LegalHold.objects.create(referral=referral, reference=referral.reference, reason="1", set_by=austin.operator)
    page = opened.post(f"{address}files/remove/", {"number": "1"})
    assert (page.status_code, "a legal hold stands" in page.text) == (409, True)
    assert Attachment.objects.get().is_shown


def test_erasing_a_request_erases_its_documents(referral, own_folder, django_capture_on_commit_callbacks):
    documents.added(referral)
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase(referral)
    assert (Attachment.objects.count(), LooseFile.objects.count(), lying(own_folder)) == (0, 0, [])


def test_a_file_that_comes_back_with_a_backup_goes_again(
    referral, own_folder, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.ERASURE_LIST = str(tmp_path / "erased.txt")
    documents.added(referral)
    with django_capture_on_commit_callbacks(execute=True):
        assert erasing.apply({referral.pk: None}) == 1
    assert lying(own_folder) == []


def test_what_could_not_be_deleted_at_once_is_deleted_by_the_worker(referral, own_folder):
    attachment = documents.added(referral)
    adding.remove(referral, 1)  # and the process dies before the file goes
    assert len(lying(own_folder)) == 1
    worker.new_day(timezone.now())
    assert (LooseFile.objects.count(), lying(own_folder)) == (0, [])
    assert attachment.referral == referral


def test_a_file_whose_row_never_came_goes_after_a_day(referral, settings, own_folder, monkeypatch):
    class Killed(BaseException):
        pass

    def dies(*args):
        raise Killed

    monkeypatch.setattr(keeping, "claim", dies)
    monkeypatch.setattr(keeping, "drop", lambda pk: None)  # a process that is killed tidies nothing
    with pytest.raises(Killed):
        documents.added(referral)
    monkeypatch.undo()
    settings.ATTACHMENT_FOLDER = own_folder
    worker.new_day(timezone.now())
    assert (Attachment.objects.count(), len(lying(own_folder))) == (0, 1)
    with time_machine.travel(timezone.now() + keeping.UNFINISHED_LASTS):
        worker.new_day(timezone.now())
    assert (LooseFile.objects.count(), lying(own_folder)) == (0, [])


def test_a_file_of_which_nobody_knows_whether_it_was_committed_is_not_thrown_away_at_once(
    referral, own_folder, monkeypatch
):
    def breaks_off(*args):
        raise OperationalError("the connection was lost while committing")

    monkeypatch.setattr(keeping, "claim", breaks_off)
    with pytest.raises(OperationalError):
        documents.added(referral)
    assert len(lying(own_folder)) == 1
    with time_machine.travel(timezone.now() + keeping.UNFINISHED_LASTS):
        worker.new_day(timezone.now())
    assert (LooseFile.objects.count(), lying(own_folder)) == (0, [])


def test_files_that_no_row_speaks_of_are_left_alone(referral, own_folder):
    """The folder may be shared with another database: nothing is deleted because of what is not known here."""
    documents.added(referral)
    Attachment.objects.all().delete()
    with time_machine.travel(timezone.now() + keeping.UNFINISHED_LASTS * 3):
        worker.new_day(timezone.now())
    assert len(lying(own_folder)) == 1


# ---- it goes along --------------------------------------------------------------------------------------------------


@pytest.fixture
def second(austin):
    return factories.offering(clinic=factories.connected_clinic(name="Second Pain")).practice


def move_on(referral, practice) -> Referral:
    return moves.redirect(
        referral,
        practice.pk,
        clinic_id=practice.site.clinic_id,
        signs=moves.SignsToday("no"),
        consent_version="2",
        form_key_hash="again",
    )


def test_documents_go_along_to_the_next_clinic_under_the_key_of_the_new_request(
    referral, second, own_folder, django_capture_on_commit_callbacks
):
    documents.added(referral, documents.pdf("one"), NAME)
    documents.added(referral, documents.pdf("two"))
    documents.added(referral, documents.png())
    with django_capture_on_commit_callbacks(execute=True):
        adding.remove(referral, 2)
    new = move_on(referral, second)
    assert [(one.number, one.name, one.kind) for one in keeping.listed(new)] == [
        (1, NAME, "PDF"),
        (2, "report.pdf", "PNG"),
    ]
    first = new.attachments.select_related("referral").get(number=1)
    with pytest.raises(VaultError):
        first.unseal_name(referral.key())
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase(referral)
    assert b"".join(keeping.content(first, new.key())) == documents.pdf("one")
    assert len(lying(own_folder)) == 2
    assert not LooseFile.objects.exists()


def test_moving_on_that_fails_leaves_nothing_behind(referral, second, own_folder):
    documents.added(referral)
    with pytest.raises(moves.MoveRefused), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(state=State.COMPLETED)
        referral.refresh_from_db()
        move_on(referral, second)
    with time_machine.travel(timezone.now() + keeping.UNFINISHED_LASTS):
        keeping.delete_loose(timezone.now())
    assert (len(lying(own_folder)), LooseFile.objects.count()) == (1, 0)


def test_a_file_that_is_missing_keeps_nobody_from_moving_on(referral, second, caplog):
    folder.delete(documents.added(referral).pk)
    documents.added(referral)
    assert [one.number for one in keeping.listed(move_on(referral, second))] == [1]
    assert "is not in its folder" in caplog.text


def test_documents_that_cannot_be_taken_along_are_explained_and_nothing_is_sent(
    austin, referral, address, opened, second, own_folder, monkeypatch
):
    documents.added(referral)

    def full(*args):
        raise OSError("disk full")

    monkeypatch.setattr(folder, "again", full)
    chosen = f"{second.pk}.{second.site.clinic_id}"
    page = opened.post(f"{address}move-on/", {"to": chosen, "agree": chosen, "warning": "no"})
    assert (page.status_code, "cannot be taken along just now" in page.text) == (503, True)
    assert [(one.pk, one.state) for one in Referral.objects.all()] == [(referral.pk, State.SUBMITTED)]


def test_the_offer_of_another_clinic_says_that_documents_go_along(referral, address, opened, second):
    assert "documents, and what" not in opened.get(address).text
    documents.added(referral)
    assert "Share these answers and documents, and what I add later" in opened.get(address).text


# ---- the database keeps the rules -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "clean"},
        {"state": "waiting", "scan_due_at": None},
        {"state": "deleted"},
        {"state": "refused"},
        {"state": "unscanned", "file_key": b""},
        {"state": "unknown"},
        {"kind": "html"},
        {"size": 0},
        {"size": 20 * 1024 * 1024 + 1},
        {"number": 0},
    ],
)
def test_the_database_refuses_a_document_that_contradicts_itself(referral, wrong):
    documents.added(referral)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.update(**wrong)


def test_two_documents_of_a_request_never_have_the_same_number(referral):
    documents.added(referral)
    documents.added(referral)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.update(number=1)


def test_no_log_and_no_representation_holds_a_name(referral, caplog):
    caplog.set_level(logging.DEBUG)
    attachment = documents.added(referral, name=NAME)
    with pytest.raises(kinds.NotTaken):
        adding.add(referral, Received(NAME, b"MZ"))
    adding.remove(referral, 1)
    said = caplog.text + str(attachment) + repr(attachment) + repr(Received(NAME, WORDS))
    assert not [word for word in (NAME, "Quokka", "clinical") if word in said]
    assert scanner.connected() is None
