"""Who was taken out stays out, and a hidden street hidden, whatever file is imported later.

Each importer that there is has its line in IMPORTS: whoever writes another one adds it, or the first test fails.
"""

import pytest

from directory import removals
from directory.importers import run
from directory.models import ListingChange, Specialist
from directory.search import SearchQuery, find
from tests import factories
from tests.changes.partner import CHANGES, Partner
from tests.importers.registry import gone, number, row
from tests.removals.conftest import ASKER, NETWORK

pytestmark = pytest.mark.django_db


@pytest.fixture
def decide(feed):
    """Somebody of the file, with a request for removal that was decided so."""

    def made(decision):
        feed(row(1))
        asked = removals.ask(Specialist.objects.get(), "all", ASKER, network=NETWORK)
        removals.decide(asked, decision, identity_check="registry_phone", by=factories.operator())

    return made


LATER = {
    "the same row again": [row(1)],
    "another name and specialty": [row(1, family="LOPEZ", codes=["208VP0014X"], updated="01/05/2025")],
    "another address": [row(1, line1="7 OTHERMARK ST", city="BOSTON", state="MA", zip="02108", updated="02/05/2025")],
    "deactivated": [gone(1, "03/01/2025")],
    "reactivated": [row(1, deactivated="03/01/2025", reactivated="04/01/2025", updated="04/01/2025")],
}  # fmt: skip


def test_every_importer_that_there_is_is_tried_here():
    assert [name for name in dir(run) if name.startswith("import_")] == ["import_nppes"]


@pytest.mark.parametrize("what", LATER)
def test_who_was_taken_out_stays_out(decide, feed, client, what):
    decide("suppressed")
    page = Specialist.objects.get().get_absolute_url()
    partner = Partner(client)
    partner.begin()
    for rows in ([row(1)], LATER[what], [row(1, phone="5125550199", updated="05/01/2025")]):
        feed(*rows)
        assert Specialist.objects.get(pk=number(1)).suppressed_on is not None
        assert find(SearchQuery()).count == 0
        assert client.get(page).status_code == 410
        assert client.get(f"/api/v1/specialists/{number(1)}/").status_code == 410
        assert partner.look() == [], "partners are not told of who is out"


@pytest.mark.parametrize("what", ["the same row again", "another name and specialty", "another address"])
def test_a_hidden_street_stays_hidden_also_at_another_address(decide, feed, client, what):
    decide("street")
    feed(*LATER[what])
    (practice,) = client.get(f"/api/v1/specialists/{number(1)}/").json()["practices"]
    assert (practice["address"]["line1"], practice["location_precision"]) == ("", "zip")


def test_an_import_tells_partners_of_new_changed_and_deactivated_and_of_nobody_else(feed, client):
    feed(row(1), row(2), row(3))
    partner = Partner(client)
    partner.begin()
    feed(row(1), row(2, phone="5125550177", updated="01/01/2025"), gone(3, "01/01/2025"), row(4))
    told = {key: op for kind, key, op in partner.said() if kind == "specialist"}
    assert told == {str(number(2)): "upsert", str(number(3)): "delete", str(number(4)): "upsert"}
    assert all(len(one["id"]) == 10 for one in partner.told if one["kind"] == "specialist")


def test_the_same_file_again_writes_no_change(feed, client):
    rows = [row(n) for n in range(1, 40)]
    feed(*rows)
    before = ListingChange.objects.count(), client.get(CHANGES).json()["next"]
    feed(*rows)
    assert (ListingChange.objects.count(), client.get(CHANGES).json()["next"]) == before
