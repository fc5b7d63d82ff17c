"""A partner's copy is what a fresh read gives, whatever changed and whenever they looked."""

import random

import pytest
from django.test import Client

from directory import search
from directory.models import Practice, Specialist
from tests import factories
from tests.changes.partner import Partner
from tests.search import edits, world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def as_often_as_they_like(settings, monkeypatch):
    monkeypatch.setattr("directory.api.throttles.PerAddress.get_rate", lambda self: None)


def fresh(client: Client) -> dict[str, dict]:
    """Everything that is listed, each read at its own address; clinics by the same words as the feed."""
    npis = Practice.objects.listed().values_list("specialist", flat=True).distinct()
    specialists = {str(npi): client.get(f"/api/v1/specialists/{npi}/").json() for npi in npis}
    clinics = set(Practice.objects.listed().values_list("site__clinic__slug", flat=True))
    return {"specialist": specialists, "clinic": dict.fromkeys(clinics)}


def same(partner: Partner, client: Client) -> None:
    expected = fresh(client)
    assert partner.copy.get("specialist", {}) == expected["specialist"]
    assert partner.copy.get("clinic", {}).keys() == expected["clinic"].keys()
    for clinic in partner.copy.get("clinic", {}).values():
        people = {npi for site in clinic["sites"] for npi in site["specialists"]}
        listed = Practice.objects.listed().filter(site__clinic__slug=clinic["slug"])
        assert people == set(map(str, listed.values_list("specialist", flat=True)))
        assert clinic["name"] == listed.first().site.clinic.name


@pytest.mark.parametrize("seed", [1, 2])
def test_a_copy_that_followed_the_changes_equals_a_fresh_read(client, partner, seed):
    partner.begin()
    world.build(seed, people=24, sites=36, practices=40)
    dice = random.Random(seed)
    partner.look()
    same(partner, client)
    for number_of_edits in (1, 3, 12, 30):
        for _ in range(number_of_edits):
            search.rebuild(edits.edit(dice))
        partner.look()
        same(partner, client)


def test_each_kind_of_edit_reaches_the_copy(client, partner):
    partner.begin()
    world.build(6, people=24, sites=36, practices=40)
    dice = random.Random(6)
    for kind in edits.EDITS:
        search.rebuild(kind(dice))
        partner.look()
        same(partner, client)


def person(family_name: str) -> Practice:
    return factories.practice(specialist=factories.specialist(family_name=family_name))


def leave(someone: Specialist) -> None:
    someone.deactivated_on = world.DAY
    someone.save()
    search.rebuild(someone.practices.values_list("pk", flat=True))


def rename(someone: Specialist, family_name: str) -> None:
    someone.family_name = family_name
    someone.save()
    search.rebuild(someone.practices.values_list("pk", flat=True))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_documented_beginning_loses_nobody_and_ends_on_a_busy_site(client, partner, seed):
    """After each page, for as long as it takes, somebody leaves, somebody comes and somebody moves in the order."""
    dice = random.Random(seed)
    for number in range(40):
        person(f"Doe{number:03d}")
    for known in Specialist.objects.all()[:5]:
        factories.practice(specialist=known)

    def busy() -> None:
        listed = list(Practice.objects.listed().order_by("specialist__family_name"))
        leave(listed[0].specialist)  # from a page that was read already: all others move up by one
        person(f"Doe{dice.randrange(1000):03d}x")
        rename(dice.choice(listed[1:]).specialist, f"Doe{dice.randrange(1000):03d}y")

    found = partner.make_copy(busy, page_size=5)
    assert partner.copy["specialist"] == fresh(client)["specialist"]
    assert len(found) > 1, "somebody must slip through the first reading, or this shows nothing"
    assert len(found) < 6


def test_on_a_quiet_site_one_reading_is_enough(client, partner):
    for number in range(7):
        person(f"Doe{number}")
    assert partner.make_copy(lambda: None, page_size=5) == [7]
    assert partner.copy["specialist"] == fresh(client)["specialist"]


def test_who_slips_through_a_reading_is_not_told_by_the_changes(client, partner):
    """Why the pages may have to be read again: to those who slipped nothing has happened."""
    people = [person(f"Doe{number:02d}").specialist for number in range(12)]
    slipped = str(people[5].pk)
    partner.begin()
    partner.read_pages(lambda: leave(people[0]), page_size=5)
    partner.look()
    assert slipped in fresh(client)["specialist"]
    assert slipped not in partner.copy["specialist"]
