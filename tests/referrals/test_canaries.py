"""Nothing that a patient typed lies in clear anywhere: not in the database's files, mails, logs or sessions."""

import io
import logging
from pathlib import Path

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from config.logs import PrivateFormatter
from referrals import access, moves
from referrals.deliveries import worker
from referrals.models import Referral
from tests.referrals.patient import CANARIES, link_of, open_form, send


def database_bytes() -> bytes:
    """All that the database keeps: its files with the write-ahead log, or every row of every table as text."""
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        return b"".join(path.read_bytes() for path in map(Path, (name, f"{name}-wal")) if path.exists())
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT t::text FROM {connection.ops.quote_name(table)} t")
            rows += [row[0] for row in cursor.fetchall()]
    return "\n".join(rows).encode()


def found(word: str, where: bytes) -> bool:
    """Whether it is there, as text or as the hexadecimal form in which PostgreSQL writes bytes."""
    return word.encode() in where or word.encode().hex().encode() in where


@pytest.fixture
def written(settings, tmp_path):
    """The logs as this site writes them, and the folder of its mails."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PrivateFormatter())
    names = ["", "django", "django.request", "django.db.backends", "referrals"]
    loggers = [logging.getLogger(name) for name in names]
    for logger in loggers:
        logger.addHandler(handler)
    settings.MAILERS = {
        alias: {"BACKEND": "django.core.mail.backends.filebased.EmailBackend", "OPTIONS": {"file_path": str(tmp_path)}}
        for alias in settings.MAILERS
    }
    yield lambda: (stream.getvalue().encode(), b"".join(path.read_bytes() for path in tmp_path.iterdir()))
    for logger in loggers:
        logger.removeHandler(handler)


def test_no_canary_is_found_in_clear_anywhere(committed_austin, written):
    austin, patient = committed_austin, Client()
    typed = open_form(patient, austin.practice.pk)
    send(patient, typed | {"consent": ""})  # a mistake first: nothing of it may stay either
    link = link_of(send(patient, typed))
    patient.get(link)
    referral = Referral.objects.get()
    moves.start(referral, actor=austin.staff)
    assert access.read(referral, user=austin.coordinator).name == CANARIES["name"]
    moves.decline(referral, actor=austin.staff, reason="no_capacity")
    try:
        Referral.objects.create(pk=referral.pk, name=CANARIES["name"].encode(), email=typed["email"])
    except (IntegrityError, TypeError):  # databases repeat the offending row in their messages
        logging.getLogger("referrals").exception("what a crash would log")
    worker.run_once()
    patient.post("/referrals/new/", typed)

    database, (logs, mails) = database_bytes(), written()
    assert found(austin.coordinator.email, database)  # the search itself works
    assert found("A new request is waiting", mails)
    assert found("sent at attempt 1", logs)
    assert found("what a crash would log", logs)
    secrets = [*CANARIES.values(), "quokka", "555-0186", link.split("/")[2], typed["form_key"]]
    for place, content in {"database": database, "mails": mails, "logs": logs}.items():
        assert [word for word in secrets if found(word, content)] == [], place


def test_the_search_finds_what_is_in_clear(committed_austin):
    """Left unencrypted on purpose: if this were not found, the test above would be worth nothing."""
    referral = committed_austin.referral()
    Referral.objects.filter(pk=referral.pk).update(name=CANARIES["name"].encode())
    assert found(CANARIES["name"], database_bytes())
