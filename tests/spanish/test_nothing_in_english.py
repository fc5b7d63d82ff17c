"""No English is left on a Spanish page: each text of ours comes out of the catalog, what does not is data.

Spanish is replaced by a language of marks; what a page then shows outside of them has to be words of the database, of
the address book of places, or Django's own Spanish.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as project
from django.db import models
from django.utils import timezone

from directory import coverage, evidence, removals, states
from directory.admin.site import site
from directory.models import Clinic, Coverage, ListingClaim, Notice, Practice, User
from directory.removals import Asker
from referrals.deliveries import email, notices
from referrals.models import Delivery, Referral
from tests import factories
from tests.looks import pages, world
from tests.referrals.answers import PAGES
from tests.referrals.patient import CONTENT
from tests.spanish import catalogs
from tests.spanish.visible import texts_without_marks, unmarked

GLANCES = [look for look in pages.LOOKS if look.then is pages.stay]
STEPS = [look for look in pages.LOOKS if look.then is not pages.stay]
# Names of formats, programs and laws; units and names of languages in themselves; places that a page names.
SAME_IN_SPANISH = catalogs.words(
    """API NPI MRI JSON PDF US ZIP mi CC BY GeoNames English Español CST CDT EST EDT Springfield Billings Del Rio
    True False"""
)
READER = {Notice.Kind.BOUNCED: "operator"}  # the others go to a clinic, or to whom they name
MONTHS_ES = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip
OURS = ("directory", "referrals")
MONTH_FIRST = re.compile(rf"\b({'|'.join(MONTHS_ES)}) \d")
CODE = re.compile(r"\S*[\d*]\S*|\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")  # numbers, references of requests, hashes


@pytest.fixture
def marked(tmp_path: Any, settings: Any) -> Iterator[None]:
    catalogs.write_marked(tmp_path)
    evidence.note.cache_clear()  # it keeps its sentences by language
    settings.LOCALE_PATHS = [tmp_path]
    yield
    evidence.note.cache_clear()


def words_of_the_database() -> set[str]:
    """All words in it: names, towns, what clinics and patients wrote. Not what Django keeps there of our models."""
    found: set[str] = set()
    for model in (model for app in OURS for model in apps.get_app_config(app).get_models()):
        texts = [one.name for one in model._meta.get_fields() if isinstance(one, models.CharField | models.TextField)]
        for row in model._default_manager.values_list(*texts) if texts else ():
            for text in row:
                found |= catalogs.words(str(text or ""))
    return found


def data() -> set[str]:
    places = set().union(*map(catalogs.words, [*states.NAMES.values(), *states.IN_SPANISH.values()]))
    typed = [value for page in PAGES.values() for value in page.values()]
    written = catalogs.words(str([CONTENT.name, CONTENT.email, *CONTENT.answers.values(), *typed, world.QUESTION]))
    codes = {code.lower() for code in states.CODES}
    ours = catalogs.words(project.SITE_NAME) | catalogs.words(project.SITE_URL)
    return words_of_the_database() | catalogs.words_of_django() | places | codes | written | ours | SAME_IN_SPANISH


def left_in_english(html: str, known: set[str]) -> list[str]:
    """Texts with words that come from nowhere, and dates that begin with the month."""
    texts = texts_without_marks(html)
    return [text for text in texts if catalogs.words(CODE.sub(" ", text)) - known or MONTH_FIRST.search(text)]


@pytest.mark.django_db
def test_pages_say_nothing_that_was_not_translated(client, marked):
    people = world.build()
    known = data()
    wrong = []
    for look in GLANCES:
        answer = client.get("/es" + look.address.format(**vars(people)))
        assert answer.status_code == look.status, look.name
        for text in left_in_english(answer.content.decode(), known):
            wrong.append(f"{look.name}: {text}")
    assert not wrong, "\n".join(sorted(set(wrong)))


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pages_that_one_gets_to_by_a_button_say_nothing_that_was_not_translated(visitors, marked):
    people = world.build()
    known = data()
    page = visitors(viewport={"width": pages.DESKTOP, "height": 900})
    wrong = []
    for look in STEPS:
        page.goto("/es" + look.address.format(**vars(people)))
        look.then(page)
        for text in left_in_english(page.content(), known):
            wrong.append(f"{look.name}: {text}")
    assert not wrong, "\n".join(sorted(set(wrong)))


@pytest.mark.django_db
def test_the_map_and_its_counties_say_nothing_that_was_not_translated(client, marked):
    world.build()
    counties = coverage.atlas().counties
    Coverage.objects.create(
        procedure=factories.procedure(),
        number=1,
        geography=coverage.atlas().edition,
        computed_at=timezone.now(),
        miles={fips: float(number % 300) for number, fips in enumerate(counties)},
        places=[[30.32, -97.74]],
        specialists={"TX": 1, "": 1},
        example={
            "town": "Billings",
            "state": "MT",
            "point": [45.78, -108.5],
            "miles": 1002.3,
            "nearest": [30.32, -97.74],
        },
    )
    known = data() | set().union(*(catalogs.words(one.name) for one in counties.values()))
    wrong = []
    for address in ("/es/", "/es/about/coverage/", "/es/about/coverage/?state=NC"):
        wrong += left_in_english(client.get(address).text, known)
    assert not wrong, "\n".join(sorted(set(wrong)))


@pytest.mark.django_db
@pytest.mark.parametrize("whose", ["operator", "clinic"])
def test_the_admin_says_nothing_that_was_not_translated(client, marked, whose):
    people = world.build()
    clinic = Clinic.objects.get(slug=people.clinic)
    _ask_and_report(clinic)
    client.force_login(factories.operator() if whose == "operator" else User.objects.get(memberships__clinic=clinic))
    known = data()
    wrong = []
    for address in _admin_addresses():
        answer = client.get(address)
        if answer.status_code == 403:
            continue  # not theirs to open
        assert answer.status_code in (200, 302), address
        wrong += [f"{address}: {text}" for text in left_in_english(answer.text, known)]
    assert not wrong, "\n".join(sorted(set(wrong)))


def _ask_and_report(clinic: Clinic) -> None:
    """One of each that waits for an operator or the clinic's people: report, claim (and a rival), removal."""
    practice = Practice.objects.filter(site__clinic=clinic).order_by("pk")[0]
    factories.report(practice, remark="Wombat")
    factories.listing_claim(practice)
    factories.listing_claim(practice, email="rival@hill.test")
    removals.ask(practice.specialist, "all", Asker(name="Zebulina", email="zebulina@hill.test"), network="192.0.2.7")


def _admin_addresses() -> list[str]:
    """The index, and of each model the list, the empty form and the first row."""
    found = ["/es/admin/", "/es/admin/password_change/"]
    for model in site._registry:
        start = f"/es/admin/{model._meta.app_label}/{model._meta.model_name}/"
        first = model._default_manager.first()
        found += [start, f"{start}add/"] if model is not Referral else [start]
        found += [f"{start}{first.pk}/change/"] if first else []
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("move", ["submit", "withdraw"])
def test_mails_to_a_clinic_that_reads_spanish_say_nothing_that_was_not_translated(marked, move):
    world.build()
    Clinic.objects.update(notification_language="es")
    delivery = Delivery.objects.filter(step__move=move).first()
    message = email.compose(delivery)
    known = data()
    html = message.alternatives[0].content
    assert 'lang="es"' in html
    address = re.compile(r"http\S+")
    texts = [address.sub("", unmarked(text)) for text in (message.subject, message.body)]
    left = [text for text in texts if catalogs.words(CODE.sub(" ", text)) - known]
    assert not left + left_in_english(html, known)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(Notice.Kind))
def test_notices_to_who_reads_spanish_say_nothing_that_was_not_translated(marked, kind):
    people = world.build()
    Clinic.objects.update(notification_language="es")
    clinic = Clinic.objects.get(slug=people.clinic)
    practice = Practice.objects.filter(site__clinic=clinic).order_by("pk")[0]
    claim = factories.listing_claim(practice, language="es")
    claim.reason = ListingClaim.Reason.NOT_KNOWN
    claim.granted.add(clinic)
    known = data()
    told = {
        "page": "/admin/directory/report/",
        "clinic": clinic,
        "language": "es",
        "reader": READER.get(kind, "clinic"),
    }
    if kind == Notice.Kind.PASSWORD:
        told = {"page": "/admin/", "language": "es", "user": factories.member(clinic)}
    elif kind.startswith("claim_"):
        told = {"claim": claim, "user": factories.member(clinic)}
    words = notices.words(Notice(kind=kind, **told))
    address = re.compile(r"http\S+")
    texts = [address.sub("", unmarked(text)) for text in (words.subject, *words.lines, words.button, words.small)]
    assert words.subject != unmarked(words.subject)
    assert not [text for text in texts if catalogs.words(CODE.sub(" ", text)) - known]


def test_every_message_of_a_script_comes_from_the_page():
    """Scripts hold no words of their own: what they say stands in attributes, where it is translated."""
    for path in (project.BASE_DIR / "static" / "js").glob("*.js"):
        code = re.sub(r"//[^\n]*|/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        said = re.findall(r"""(?:textContent|innerText|title|ariaLabel|alert\()\s*[=(]\s*["'`]([^"'`]+)["'`]""", code)
        assert not [text for text in said if catalogs.words(text)], path.name
