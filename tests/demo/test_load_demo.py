"""The command `load_demo`: when it writes, what it says, and that it writes the same everywhere."""

import datetime
import hashlib
import os
import subprocess
import sys

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.test import Client

from directory import reference
from directory.demo import load, logins
from directory.models import Clinic, Insurer, Membership, Procedure, Specialist, User
from directory.search.check import check
from tests import factories

PASSWORD = "the demonstration's own word"
DIGEST = "import django; django.setup(); from tests.demo import test_load_demo; print(test_load_demo.digest())"


@pytest.fixture
def said(capsys, settings):
    """Runs the command with these options and returns what it said; DEMO_PASSWORD is unset unless a test sets it."""
    settings.DEMO_PASSWORD = ""

    def run(*options):
        call_command("load_demo", *options)
        return capsys.readouterr().out

    return run


def value_of(row, field):
    """The field's value; the key of the row it refers to, even where that was numbered later."""
    other = field.get_cached_value(row, default=None) if field.is_relation else None
    return other.pk if other else getattr(row, field.attname)


def digest() -> str:
    """Of everything that would be written on one day. Nothing is asked of a database."""
    slugs = [row.slug for row in reference.PROCEDURES]
    procedures = {slug: Procedure(pk=number, slug=slug) for number, slug in enumerate(slugs, start=1)}
    draft = load.draft_directory(datetime.date(2026, 11, 25), procedures)
    for rows in (draft.clinics, draft.sites, draft.practices, draft.offerings):
        for number, row in enumerate(rows, start=1):
            row.pk = number
    text = hashlib.sha256()
    for rows in (draft.clinics, draft.sites, draft.specialists, draft.registrations, draft.practices,
                 draft.offerings, draft.hours, draft.claims):  # fmt: skip
        for row in rows:
            values = [value_of(row, field) for field in row._meta.concrete_fields]
            text.update(repr(values).encode())
    pairs = [(row.pk, word) for row, word in [*draft.languages, *draft.insurers]]
    text.update(repr(pairs).encode())
    return text.hexdigest()


def test_the_same_day_gives_the_same_directory_whatever_the_order_of_hashes():
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            cwd=project.BASE_DIR,
            env=os.environ | {"PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "config.settings"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "4711")
    }
    assert len(digests) == 1


@pytest.mark.django_db
def test_it_fills_an_empty_database_and_says_that_all_is_made_up(said):
    assert "made up" in said()
    assert check().is_right
    assert Specialist.objects.fictional().count() > 2_900


@pytest.mark.django_db
def test_called_again_it_says_that_the_demonstration_is_there_and_changes_nothing(said):
    factories.specialist()
    assert "there already" in said()
    assert Specialist.objects.count() == 1


@pytest.mark.django_db
def test_it_refuses_a_database_with_real_specialists_and_says_what_to_do(said):
    factories.specialist(npi=1_234_567_893)
    with pytest.raises(CommandError, match=r"\./run without --empty.*DATABASE_URL"):
        said()
    assert Specialist.objects.count() == 1
    assert not Clinic.objects.exists()


@pytest.mark.django_db
def test_it_refuses_a_database_where_an_operator_has_entered_a_clinic(said):
    factories.clinic()
    with pytest.raises(CommandError, match="a database of its own"):
        said()
    assert not Specialist.objects.exists()


@pytest.mark.django_db
def test_what_fails_halfway_leaves_nothing_behind(said):
    Insurer.objects.filter(slug="aetna").delete()  # asked for last
    with pytest.raises(KeyError):
        said()
    assert not Specialist.objects.exists()
    assert not Clinic.objects.exists()


@pytest.fixture
def two_clinics():
    """Stands for the whole demonstration where only its log-ins are asked about."""
    factories.specialist()
    return [factories.connected_clinic(name=name, slug=f"clinic-{n}") for n, name in enumerate(logins.CLINICS)]


@pytest.mark.django_db
def test_without_a_password_no_log_ins_are_made_and_it_says_so(said, two_clinics):
    assert "No log-ins were made: set DEMO_PASSWORD" in said()
    assert not User.objects.exists()
    assert said("--logins") == ""


@pytest.mark.django_db
def test_the_log_ins_are_one_operator_and_the_front_desks_of_two_clinics(said, settings, two_clinics):
    settings.DEMO_PASSWORD = PASSWORD
    assert "3 demo log-ins" in said()
    operator = User.objects.get(is_superuser=True)
    assert operator.email == "operator@example.org"
    desks = Membership.objects.order_by("clinic")
    assert [desk.clinic for desk in desks] == two_clinics
    assert all(desk.user.is_staff and not desk.user.is_superuser for desk in desks)
    assert all(logins.is_demo_login(user) and user.check_password(PASSWORD) for user in User.objects.all())
    assert Client().login(username="operator@example.org", password=PASSWORD)


@pytest.mark.django_db
def test_log_ins_made_once_are_not_made_again_and_keep_their_own_password(said, settings, two_clinics):
    settings.DEMO_PASSWORD = PASSWORD
    said()
    operator = User.objects.get(is_superuser=True)
    operator.set_password("changed by the visitor")
    operator.save()
    assert "log-ins were made" not in said()
    operator.refresh_from_db()
    assert operator.check_password("changed by the visitor")
    assert User.objects.count() == 3


@pytest.mark.django_db
def test_the_password_is_hashed_once_for_all_of_them_and_not_again_at_the_next_start(
    said, settings, two_clinics, monkeypatch
):
    settings.DEMO_PASSWORD = PASSWORD
    hashed = []
    hash_it = logins.make_password
    monkeypatch.setattr(logins, "make_password", lambda password: hashed.append(password) or hash_it(password))
    said()
    assert hashed == [PASSWORD]
    said()
    assert hashed == [PASSWORD]


@pytest.mark.django_db
def test_logins_prints_only_what_works_now(said, settings, two_clinics):
    settings.DEMO_PASSWORD = PASSWORD
    assert said("--logins") == ""
    said()
    assert said("--logins").splitlines() == [
        f"operator@example.org  {PASSWORD}  (operator)",
        f"front-desk@clinic-0.example.org  {PASSWORD}  (Hill Country Pain)",
        f"front-desk@clinic-1.example.org  {PASSWORD}  (South Lamar Spine and Pain)",
    ]
    User.objects.filter(is_superuser=True).update(is_active=False)
    assert "operator@" not in said("--logins")
    settings.DEMO_PASSWORD = "another"
    assert said("--logins") == ""


@pytest.mark.django_db
def test_logins_prints_nothing_where_there_is_no_demonstration(said, settings):
    settings.DEMO_PASSWORD = PASSWORD
    factories.operator(password=PASSWORD)
    assert said("--logins") == ""


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("operator@example.org", True),
        ("front-desk@hill-country-pain.example.org", True),
        ("someone@notexample.org", False),
        ("example.org@clinic.com", False),
        ("someone@example.org.clinic.com", False),
    ],
)
def test_only_addresses_of_example_org_are_demo_log_ins(email, expected):
    assert logins.is_demo_login(User(email=email)) is expected
