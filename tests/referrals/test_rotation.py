"""A new encryption key: every request is wrapped under it, whatever stops the work, and nothing is lost on the way."""

import io
import os
import threading

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from referrals import erasing, rotation
from referrals.deliveries import worker
from referrals.models import Message, Referral
from tests.referrals import receiver
from tests.referrals.patient import CONTENT


@pytest.fixture(autouse=True)
def erasure_list(settings, tmp_path):
    settings.ERASURE_LIST = str(tmp_path / "erased.txt")


@pytest.fixture
def add_key(settings):
    def add(key_id: str) -> None:
        settings.FIELD_ENCRYPTION_KEYS = {key_id: os.urandom(32), **settings.FIELD_ENCRYPTION_KEYS}

    return add


def run(**options) -> str:
    out = io.StringIO()
    call_command("rotate_keys", stdout=out, **options)
    return out.getvalue()


def ids() -> set[str]:
    return set(Referral.objects.values_list("data_key_id", flat=True))


def test_every_request_is_wrapped_under_the_newest_key_and_reads_as_before(austin, add_key, settings):
    first = austin.referral()
    question = Message(referral=first, role="clinic", user=austin.coordinator)
    question.seal("When was your MRI?")
    question.save(force_insert=True)
    add_key("second")
    austin.referral()
    said = run()
    assert "1 keys of requests were wrapped" in said
    assert "second: the newest, wraps what is written now; 2 requests need it" in said
    assert "test1: no request needs it any more" in said
    settings.FIELD_ENCRYPTION_KEYS.pop("test1")
    first.refresh_from_db()
    assert first.unseal() == CONTENT
    assert Message.objects.get().unseal(first.key()) == "When was your MRI?"


def test_what_the_patient_wrote_is_not_touched(austin, add_key):
    referral = austin.referral()
    before = bytes(referral.answers)
    add_key("second")
    run()
    referral.refresh_from_db()
    assert bytes(referral.answers) == before
    assert referral.version == 1


def test_stopped_in_the_middle_it_goes_on_where_it_stood(austin, add_key, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)
    for _ in range(5):
        austin.referral()
    add_key("second")

    def stop(count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.rotate(stop)
    assert rotation.left() == 3
    assert all(referral.unseal() == CONTENT for referral in Referral.objects.all())
    assert rotation.rotate().wrapped == 3
    assert ids() == {"second"}
    assert rotation.rotate().wrapped == 0


def test_it_can_only_be_asked_which_keys_are_needed(austin, add_key):
    austin.referral()
    add_key("second")
    assert "test1: still needed by 1 requests: keep it" in run(check=True)
    assert ids() == {"test1"}


def test_a_request_whose_key_is_missing_is_counted_kept_and_named_by_key(austin, add_key, settings):
    lost = austin.referral()
    austin.referral()
    Referral.objects.filter(pk=lost.pk).update(data_key_id="gone")
    add_key("second")
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"1 requests or web hooks could not be opened .* 'gone' \(1\)"):
        call_command("rotate_keys", stdout=out)
    assert "gone: MISSING from FIELD_ENCRYPTION_KEYS; 1 requests need it" in out.getvalue()
    assert "1 keys of requests were wrapped" in out.getvalue()
    lost.refresh_from_db()
    assert lost.data_key_id == "gone"


def test_erased_requests_need_no_key(austin, add_key):
    erasing.erase(austin.referral())
    add_key("second")
    assert "test1: no request needs it any more" in run()


def test_the_secrets_of_web_hooks_take_part(austin, add_key, settings):
    made = receiver.hook(austin.clinic, "https://hooks.example.org/")
    made.renew_secret(timezone.now())
    before = made.unseal(timezone.now())
    add_key("second")
    assert "test1: still needed by 0 requests and 1 web hooks: keep it" in run(check=True)
    assert "1 keys of web hooks too" in run()
    settings.FIELD_ENCRYPTION_KEYS.pop("test1")
    made.refresh_from_db()
    assert made.unseal(timezone.now()) == before


def test_it_waits_until_the_running_worker_knows_the_key(austin, add_key):
    austin.referral()
    worker.beat(timezone.now())
    add_key("second")
    with pytest.raises(CommandError, match=r"does not know the newest key, 'second', yet\. Restart"):
        run()
    assert ids() == {"test1"}
    worker.beat(timezone.now())
    run()
    assert ids() == {"second"}


def test_what_is_erased_while_it_runs_stays_erased(committed_austin, add_key, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 4)
    rows = [committed_austin.referral() for _ in range(24)]
    add_key("second")

    def erase_some() -> None:
        try:
            for referral in rows[::2]:
                erasing.erase(referral)
        finally:
            connection.close()

    eraser = threading.Thread(target=erase_some)
    eraser.start()
    done = rotation.rotate()
    eraser.join()
    assert done.wrapped + done.overtaken >= 12
    assert not done.failed
    assert Referral.objects.exclude(erased_at=None).filter(data_key=b"").count() == 12
    kept = list(Referral.objects.kept())
    assert len(kept) == 12
    assert all(referral.data_key_id == "second" and referral.unseal() == CONTENT for referral in kept)


def test_every_table_with_keys_takes_part():
    """A new one is added to `rotation.HOLDERS` too, or its rows are lost when the old key is taken away."""
    holders = [model for model in apps.get_models() if "data_key_id" in {f.name for f in model._meta.get_fields()}]
    assert set(holders) == set(rotation.HOLDERS)
