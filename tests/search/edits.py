"""Edits of a directory at random, through the models alone. Each returns the ids of the practices that it concerns."""

import random
from collections.abc import Callable, Iterable
from typing import Any

from django.db import models
from django.utils import timezone

from directory import npi
from directory.models import ClaimsRecord, Clinic, Insurer, Language, Offering, Practice, Procedure, Site, Specialist
from tests.search import world

type Edit = Callable[[random.Random], Iterable[int]]


def edit(dice: random.Random) -> set[int]:
    """One edit of any kind."""
    return set(dice.choice(EDITS)(dice))


def _any(dice: random.Random, rows: models.QuerySet[Any]) -> Any:
    return rows.get(pk=dice.choice(list(rows.order_by("pk").values_list("pk", flat=True))))


def _ids(practices: models.QuerySet[Practice]) -> list[int]:
    return list(practices.values_list("pk", flat=True))


def _change(row: Any, **values: Any) -> Any:
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return row


def a_site_moves(dice: random.Random) -> list[int]:
    """Near another anchor, or exactly onto another site, or to where nobody knows."""
    elsewhere = _any(dice, Site.objects.exclude(latitude=None))
    beside = world.around(dice, dice.choice(world.ANCHORS), 0.5)
    latitude, longitude = dice.choice([beside, (elsewhere.latitude, elsewhere.longitude), (None, None)])
    precision = None if latitude is None else Site.Precision.ADDRESS
    site = _any(dice, Site.objects.filter(practices__isnull=False).distinct())
    _change(site, latitude=latitude, longitude=longitude, location_precision=precision)
    return _ids(site.practices.all())


def a_site_closes_or_opens(dice: random.Random) -> list[int]:
    site = _any(dice, Site.objects.filter(practices__isnull=False).distinct())
    if site.closed_on or site.hidden:
        _change(site, closed_on=None, hidden=False)
    else:
        _change(site, **dice.choice([{"closed_on": world.DAY}, {"hidden": True}]))
    return _ids(site.practices.all())


def a_practice_is_deleted(dice: random.Random) -> list[int]:
    practice = _any(dice, Practice.objects.all())
    deleted = practice.pk
    practice.delete()
    return [deleted]


def somebody_with_a_practice_gets_another(dice: random.Random) -> list[int]:
    person = _any(dice, Specialist.objects.filter(practices__isnull=False).distinct())
    return _new_practice(dice, person)


def somebody_new_comes(dice: random.Random) -> list[int]:
    number = npi.with_check_digit(220_000_000 + dice.randrange(10_000_000))
    person = Specialist.objects.create(npi=number, given_name="Ana", family_name=dice.choice(world.FAMILY))
    return _new_practice(dice, person)


def _new_practice(dice: random.Random, person: Specialist) -> list[int]:
    site = _any(dice, Site.objects.exclude(practices__specialist=person))
    practice = Practice.objects.create(specialist=person, site=site, accepting_new_patients=dice.choice([True, None]))
    practice.offerings.create(procedure=Procedure.objects.get(slug=dice.choice(world.SLUGS)), status="open")
    return [practice.pk]


def a_practice_goes_to_another_person(dice: random.Random) -> list[int]:
    """As where two entries of one person are made one."""
    practice = _any(dice, Practice.objects.all())
    _change(practice, specialist=_any(dice, Specialist.objects.exclude(practices__site=practice.site)))
    return [practice.pk]


def somebody_leaves_or_comes_back(dice: random.Random) -> list[int]:
    person = _any(dice, Specialist.objects.all())
    words = ["deactivated_on", "excluded_on", "suppressed_on"]
    _change(person, **(dict.fromkeys(words) if not person.is_active else {dice.choice(words): world.DAY}))
    return _ids(person.practices.all())


def somebody_is_deleted(dice: random.Random) -> list[int]:
    person = _any(dice, Specialist.objects.filter(practices__isnull=False).distinct())
    deleted = _ids(person.practices.all())
    person.delete()
    return deleted


def somebody_changes_name_and_what_else_is_known(dice: random.Random) -> list[int]:
    person = _any(dice, Specialist.objects.filter(practices__isnull=False).distinct())
    _change(
        person,
        given_name=dice.choice(world.GIVEN),
        family_name=dice.choice([*world.FAMILY, "Xyzález"]),
        gender=dice.choice(["female", "male", None]),
    )
    person.languages.set(Language.objects.filter(code__in=dice.sample(world.LANGUAGES, 2)))
    return _ids(person.practices.all())


def a_clinic_is_renamed(dice: random.Random) -> list[int]:
    clinic = _any(dice, Clinic.objects.filter(sites__practices__isnull=False).distinct())
    _change(clinic, name=dice.choice([*world.CLINICS, "Xyz Pain"]))
    return _ids(Practice.objects.filter(site__clinic=clinic))


def a_clinic_connects_or_its_mail_bounces(dice: random.Random) -> list[int]:
    clinic = _any(dice, Clinic.objects.filter(sites__practices__isnull=False).distinct())
    if clinic.connected:
        _change(clinic, notification_email_confirmed_at=None)
    else:
        now = timezone.now()
        connected = {"people_checked_on": world.DAY, "notification_email_confirmed_at": now}
        _change(clinic, notification_email="requests@example.org", **connected)
    return _ids(Practice.objects.filter(site__clinic=clinic))


def a_practice_changes_its_word(dice: random.Random) -> list[int]:
    practice = _any(dice, Practice.objects.all())
    choice = [True, False, None]
    _change(practice, accepting_new_patients=dice.choice(choice), telehealth=dice.choice(choice))
    practice.insurers.set(Insurer.objects.filter(slug__in=dice.sample(world.INSURERS, 2)))
    return [practice.pk]


def an_offering_changes(dice: random.Random) -> list[int]:
    offering = _any(dice, Offering.objects.all())
    _change(
        offering,
        status=dice.choice(world.STATUSES),
        wait_weeks=dice.choice(world.WAITS),
        confirmed_on=world.confirmed_on(dice),
    )
    return [offering.practice_id]


def an_offering_comes_or_goes(dice: random.Random) -> list[int]:
    practice = _any(dice, Practice.objects.all())
    procedure = Procedure.objects.get(slug=dice.choice(world.SLUGS))
    if not practice.offerings.filter(procedure=procedure).delete()[0]:
        practice.offerings.create(procedure=procedure, status="open", wait_weeks=dice.choice(world.WAITS))
    return [practice.pk]


def claims_come_or_go(dice: random.Random) -> list[int]:
    person = _any(dice, Specialist.objects.filter(practices__offerings__isnull=False).distinct())
    if not person.claims.all().delete()[0]:
        procedure, year = Procedure.objects.get(slug=dice.choice(world.SLUGS)), world.claims_year(dice)
        ClaimsRecord.objects.create(specialist=person, procedure=procedure, year=year, services=20)
    return _ids(person.practices.all())


def somebody_hides_the_street_or_shows_it(dice: random.Random) -> list[int]:
    person = _any(dice, Specialist.objects.filter(practices__isnull=False).distinct())
    _change(person, street_hidden_on=None if person.street_hidden_on else world.DAY)
    return _ids(person.practices.all())


EDITS: list[Edit] = [
    a_site_moves,
    a_site_closes_or_opens,
    a_practice_is_deleted,
    somebody_with_a_practice_gets_another,
    somebody_new_comes,
    a_practice_goes_to_another_person,
    somebody_leaves_or_comes_back,
    somebody_is_deleted,
    somebody_changes_name_and_what_else_is_known,
    a_clinic_is_renamed,
    a_clinic_connects_or_its_mail_bounces,
    a_practice_changes_its_word,
    an_offering_changes,
    an_offering_comes_or_goes,
    claims_come_or_go,
    somebody_hides_the_street_or_shows_it,
]
