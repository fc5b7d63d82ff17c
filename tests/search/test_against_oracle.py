"""The search equals a brute-force search, specialist by specialist, over thousands of random questions."""

import datetime
import random
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.utils import timezone

from directory import search
from directory.evidence import TIERS, oldest_claims_year
from directory.models import Condition, Insurer, Language, Offering, Practice, Procedure
from directory.search import SearchQuery
from directory.search.query import SORTS
from tests import tables
from tests.search import edits, world
from tests.search.agreement import agree
from tests.search.oracle import Answer, Oracle, filters_of, load

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(time_machine):
    """Dates are around the rims of today: it stays today until the test ends."""
    time_machine.move_to(timezone.localtime().replace(hour=12, minute=0))


def questions(dice: random.Random, oracle: Oracle, *, centres: int, each: int, by_name: int) -> Iterator[SearchQuery]:
    """`each` questions from each of the centres, and some without a place."""
    points = sorted({row.point for row in oracle.rows if row.point})
    for centre in world.centres(dice, points, centres):
        distances = {miles for miles in oracle.distances(centre) if miles is not None}
        rims = sorted(miles for miles in distances if 1 <= miles <= 500)
        for _ in range(each):
            yield world.question(dice, centre, rims)
    for _ in range(by_name):
        yield world.question(dice, None, [])


def kinds(query: SearchQuery, answer: Answer) -> Iterator[str]:
    """What of the search a question tries. Filters count where somebody is found, orders where there is one."""
    place = "near" if query.near else "anywhere"
    filters = filters_of(query)
    found = bool(answer.matches) and not answer.widened
    yield from (f"{name}, {place}" for name in filters if found)
    yield from (f"{name} dropped" for name, count, _ in answer.relax if count)
    yield f"{query.sort or 'no order'}, {place}" if found and len(answer.matches) > 1 else "no order to see"
    yield f"evidence {query.evidence}" if found else "nothing found"
    yield from (f"counts of {name}, {place}" for name, counts in (answer.facets or {}).items() if found and counts)
    yield from (f"counts of {name}, of which none is 0" for name, counts in (answer.facets or {}).items() if counts)
    if answer.widened:
        yield f"widened, {query.order}"
        yield from (f"widened with counts of {name}" for name, counts in (answer.facets or {}).items() if counts)
    elif not answer.matches:
        yield f"nothing anywhere, {place}"
    if found and len(filters) > 2:
        yield f"three filters together, {place}"
    if found and any(isinstance(value, tuple) and len(value) > 1 for value in filters.values()):
        yield f"any of several, {place}"
    if found and query.page > 1:
        yield "a later page" if len(answer.matches) > (query.page - 1) * query.page_size else "a page past the end"


FILTERS = world.FILTERS
PLACES = ["near", "anywhere"]
FACETS = ["procedure", "insurer", "language"]
ALL_KINDS = {
    *(f"{name}, {place}" for name in FILTERS for place in PLACES),
    *(f"{name} dropped" for name in FILTERS),
    *(
        f"{sort}, {place}"
        for sort in (*SORTS, "no order")
        for place in PLACES
        if (sort, place) != ("distance", "anywhere")
    ),
    *(f"evidence {tier}" for tier in TIERS),
    *(f"counts of {name}, {place}" for name in FACETS for place in PLACES),
    *(f"widened with counts of {name}" for name in FACETS),
    *(f"widened, {sort}" for sort in SORTS),
    *(f"nothing anywhere, {place}" for place in PLACES),
    *(f"three filters together, {place}" for place in PLACES),
    *(f"any of several, {place}" for place in PLACES),
    "a later page",
    "a page past the end",
}


@pytest.mark.parametrize(("seed", "size", "centres"), [(1, 1, 130), (2, 1, 130), (3, 4, 60)])
def test_every_answer_equals_the_brute_force_answer(seed, size, centres):
    world.build(seed, people=240 * size, sites=220 * size, practices=400 * size)
    tables.analyze()
    oracle = Oracle()
    tried: Counter[str] = Counter()
    for query in questions(random.Random(seed), oracle, centres=centres, each=8, by_name=150):
        answer = oracle.search(query)
        agree(query, answer)
        tried.update(kinds(query, answer))
    assert not ALL_KINDS - set(tried), "these questions were not asked, or nobody was found"


@pytest.mark.parametrize("seed", [4, 5])
def test_after_edits_every_answer_equals_that_of_the_directory_as_it_is_now(seed):
    world.build(seed)
    dice = random.Random(seed)
    for number_of_edits in (1, 1, 4, 15, 1, 40, 2):
        concerned = set()
        for _ in range(number_of_edits):
            concerned |= edits.edit(dice)
        search.rebuild(sorted(concerned))
        agree_on_many(dice)
    search.rebuild_all()
    agree_on_many(dice)


def agree_on_many(dice: random.Random) -> None:
    """What concerns everybody is asked as well: a row too many or too few shows there first."""
    oracle = Oracle()
    everybody = [SearchQuery(facets=True, page_size=100, page=page) for page in (1, 2)]
    for query in [*everybody, *questions(dice, oracle, centres=12, each=3, by_name=12)]:
        agree(query, oracle.search(query))


@pytest.mark.parametrize("kind", edits.EDITS, ids=lambda kind: kind.__name__)
def test_each_edit_alone_is_found_at_once(kind):
    world.build(6, people=40, sites=60, practices=70)
    dice = random.Random(6)
    for _ in range(3):
        search.rebuild(kind(dice))
        agree_on_many(dice)


def test_words_that_are_new_to_the_directory_are_found_and_counted():
    world.build(9)
    dice = random.Random(9)
    practice = Practice.objects.placed().earliest("pk")
    procedure = Procedure.objects.create(slug="new-procedure")
    practice.offerings.create(procedure=procedure, status="open")
    Condition.objects.create(slug="new-condition").procedures.add(procedure)
    practice.insurers.add(Insurer.objects.create(slug="new-plan", kind=Insurer.Kind.COMMERCIAL))
    practice.specialist.languages.add(Language.objects.create(code="tlh"))
    search.rebuild(
        Practice.objects.filter(specialist=practice.specialist_id).values_list("pk", flat=True), vocabulary=True
    )
    oracle = Oracle()
    for query in (
        SearchQuery(procedures=("new-procedure",), facets=True),
        SearchQuery(conditions=("new-condition",), facets=True),
        SearchQuery(insurers=("new-plan",), facets=True),
        SearchQuery(languages=("tlh",), facets=True),
    ):
        answer = oracle.search(query)
        agree(query, answer)
        assert [match.npi for match in answer.matches] == [practice.specialist_id]
    agree_on_many(dice)


def test_edits_that_were_taken_back_are_not_found():
    world.build(7, people=40, sites=60, practices=70)
    dice = random.Random(7)
    for _ in range(3):
        with transaction.atomic():
            search.rebuild([one for kind in edits.EDITS for one in kind(dice)])
            agree_on_many(dice)
            transaction.set_rollback(True)
        agree_on_many(dice)


@pytest.mark.parametrize("days", [1, 60, 91, 366])
def test_evidence_ages_without_a_word_from_anybody(days, time_machine):
    world.build(8)
    dice, slug = random.Random(8), world.SLUGS[1]
    asked = [SearchQuery(procedures=(slug,), evidence=tier, sort="evidence", facets=True) for tier in TIERS]
    before = Oracle()
    counts = [len(before.search(query).matches) for query in asked]
    time_machine.move_to(timezone.now() + datetime.timedelta(days=days))
    after = Oracle()
    for query in asked:
        agree(query, after.search(query))
    assert [len(after.search(query).matches) for query in asked] != counts
    agree_on_many(dice)


def test_the_directory_of_the_trials_holds_what_is_awkward():
    world.build(1)
    rows = load(timezone.localdate())
    points = [row.point for row in rows]
    assert None in points
    assert {(90.0, 77.0), (90.0, 0.0)} & set(points) and {(0.0, 180.0), (0.0, -180.0)} & set(points)
    assert len(set(points)) < len(points)
    people = Counter(row.npi for row in rows)
    assert max(people.values()) >= 4
    for known in (lambda row: row.gender, lambda row: row.accepting, lambda row: row.telehealth):
        assert len({known(row) for row in rows}) == 3, "two answers, and none"
    assert {0, 1, 2} <= {len(row.insurers) for row in rows} & {len(row.languages) for row in rows}
    assert len({slug for row in rows for slug in row.insurers}) > 64, "more than a machine word has bits"
    names = Counter((tuple(row.family_name), tuple(row.given_name)) for row in rows)
    assert max(names.values()) > 1 and any(not row.given_name for row in rows)


def test_the_offerings_of_the_trials_hold_what_is_awkward():
    world.build(1)
    today = timezone.localdate()
    offers = [(slug, offer) for row in load(today) for slug, offer in row.offers.items()]
    assert {(offer.tier, offer.online) for _, offer in offers} == {
        (None, False),  # said by nobody any more
        *((tier, online) for tier in TIERS for online in (False, True)),
    }
    assert {offer.wait_weeks for _, offer in offers} == set(world.WAITS)
    assert world.NEVER_OFFERED not in {slug for slug, _ in offers}
    never = Offering.objects.filter(procedure__slug=world.NEVER_OFFERED)
    assert never.filter(practice__specialist__claims__year=oldest_claims_year(today)), "claims, and yet stopped"
    days = {(today - day).days for day in Offering.objects.values_list("confirmed_on", flat=True) if day}
    assert {-40, -1, 0, 90, 91} <= days
