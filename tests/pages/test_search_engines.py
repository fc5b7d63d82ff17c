"""What search engines and link previews are told: robots.txt, the sitemap, which pages may be listed, and how."""

import datetime
import fnmatch
import re
import struct
import xml.etree.ElementTree as ET
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from config import crawlers
from directory import listings, npi, search
from directory.models import Practice
from tests import factories
from tests.looks import pages, world

pytestmark = pytest.mark.django_db

ENGLISH_AND_SPANISH = [("en", "English"), ("es", "Español")]
NAMESPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@pytest.fixture(autouse=True)
def one_language(settings):
    """Whatever this release is translated into: a test with more says so."""
    settings.LANGUAGES = ENGLISH_AND_SPANISH[:1]


def get(address, **headers):
    return Client().get(address, headers=headers)


def somebody(number, **fields):
    """A specialist with an NPI as real ones have: a directory of those is no demonstration."""
    return factories.specialist(npi=npi.with_check_digit(150_000_000 + number), **fields)


@pytest.fixture
def real():
    """Somebody listed in a directory that is no demonstration."""
    return factories.practice(specialist=somebody(100))


@pytest.fixture
def people():
    return world.build()


def addresses(text):
    """Of a sitemap or of an index: address -> the element around it."""
    return {each.findtext("s:loc", namespaces=NAMESPACE): each for each in ET.fromstring(text)}


def whole_sitemap():
    found = {}
    for part in addresses(get("/sitemap.xml").text):
        at = urlsplit(part)
        found |= addresses(get(f"{at.path}?{at.query}").text)
    return found


def in_head(page, pattern):
    found = re.findall(pattern, page)
    assert len(found) <= 1, found
    return unescape(found[0]) if found else None


def named(page, name):
    return in_head(page, rf'<meta (?:name|property)="{name}" content="([^"]*)">')


def canonical(page):
    return in_head(page, r'<link rel="canonical" href="([^"]*)">')


def may_crawl(address):
    """As RFC 9309 reads our robots.txt: the longest rule that fits wins, and one that allows wins over an equal one."""
    rules = [line.split(": ", 1) for line in get("/robots.txt").text.splitlines() if line.startswith(("Allow", "Dis"))]
    fitting = [
        (len(path), kind) for kind, path in rules if fnmatch.fnmatchcase(address, path.replace("?", "[?]") + "*")
    ]
    return max(fitting, key=lambda rule: (rule[0], rule[1] == "Allow"), default=(0, "Allow"))[1] == "Allow"


# ---- robots.txt


def test_robots_names_the_sitemap_by_the_address_of_the_site(real, settings):
    settings.SITE_URL = "https://pain.example.org"
    assert "Sitemap: https://pain.example.org/sitemap.xml\n" in get("/robots.txt").text


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_crawlers_stay_out_of_what_is_for_one_visitor_in_every_language(real, settings, prefix):
    settings.LANGUAGES = ENGLISH_AND_SPANISH
    closed = [
        "/admin/",
        "/admin/login/?next=/admin/",
        "/referrals/new/?practice=1",
        "/referrals/abc/",
        "/compare/?npi=1",
    ]
    closed += ["/find/?near=78701&procedure=adhesiolysis&insurer=aetna", "/find/?near=78701&procedure=x&page=2"]
    for path in closed:
        assert not may_crawl(prefix + path), path
    for path in ("/", "/find/", "/find/?near=78701&procedure=adhesiolysis", "/procedures/adhesiolysis/", "/api/docs/"):
        assert may_crawl(prefix + path), path
    assert not may_crawl("/api/v1/specialists/")


def test_a_demonstration_closes_everything_and_has_no_sitemap():
    factories.practice()
    robots = get("/robots.txt").text
    assert "Disallow: /\n" in robots and "made up" in robots and "Sitemap:" not in robots
    for address in ("/sitemap.xml", "/sitemap-specialists.xml"):
        response = get(address)
        assert response.status_code == 404 and response["X-Robots-Tag"] == "noindex"
        assert "made up" in response.text


# ---- the sitemap


def test_the_sitemap_has_who_is_listed_and_nobody_else(people):
    found = {urlsplit(address).path for address in whole_sitemap()}
    for path in (people.online, people.call, people.claims, people.unplaced, people.paused):
        assert f"/specialists/{path}/" in found
    assert f"/specialists/{people.gone}/" not in found
    assert f"/clinics/{people.clinic}/" in found


def test_a_clinic_without_a_listed_practice_is_not_in_the_sitemap(real):
    clinic = factories.clinic(slug="nobody-here")
    assert f"http://testserver{clinic.get_absolute_url()}" not in whole_sitemap()
    assert f"http://testserver{real.site.clinic.get_absolute_url()}" in whole_sitemap()


def test_every_page_that_may_be_listed_and_asks_nothing_is_in_the_sitemap(people):
    """A new page that is missing here belongs into config.crawlers.PUBLIC_PAGES."""
    found = whole_sitemap()
    plain = {look.address.format(**vars(people)) for look in pages.LOOKS if "?" not in look.address}
    for address in plain:
        response = get(address)
        if response.status_code == 200 and (own := canonical(response.text)):
            assert own in found, own


def test_every_address_of_the_sitemap_is_a_page_with_that_canonical_address_and_open_to_crawlers(people):
    for address in whole_sitemap():
        path = urlsplit(address).path
        response = get(path)
        assert response.status_code == 200, address
        assert canonical(response.text) == address
        assert may_crawl(path), address
        assert "noindex" not in response.headers.get("X-Robots-Tag", "")


def test_the_sitemap_says_when_a_listing_was_last_written(people):
    address = next(each for each in whole_sitemap() if people.online in each)
    said = whole_sitemap()[address].findtext("s:lastmod", namespaces=NAMESPACE)
    assert said == timezone.localdate().isoformat()


def test_a_rewriting_of_all_rows_is_no_news_and_a_change_after_it_is(real):
    search.rebuild_all()
    address = f"http://testserver{real.specialist.get_absolute_url()}"
    assert whole_sitemap()[address].find("s:lastmod", NAMESPACE) is None
    listings.confirm(Practice.objects.filter(pk=real.pk))
    assert whole_sitemap()[address].find("s:lastmod", NAMESPACE) is not None


def test_the_time_of_a_version_is_that_of_the_clock():
    before = timezone.now()
    search.rebuild([])
    made = search.time_of_version(search.latest().number)
    assert before - datetime.timedelta(milliseconds=1) <= made <= timezone.now() + datetime.timedelta(seconds=1)


def test_the_sitemap_names_the_other_languages_as_soon_as_there_are_some(real, settings):
    assert "hreflang" not in get("/sitemap-specialists.xml").text
    settings.LANGUAGES = ENGLISH_AND_SPANISH
    path = real.specialist.get_absolute_url()
    found = addresses(get("/sitemap-specialists.xml").text)
    assert set(found) == {f"http://testserver{path}", f"http://testserver/es{path}"}
    for entry in found.values():
        links = {link.get("hreflang"): link.get("href") for link in entry.findall("x:link", NAMESPACE)}
        assert links == {
            "en": f"http://testserver{path}",
            "es": f"http://testserver/es{path}",
            "x-default": f"http://testserver{path}",
        }


@pytest.mark.parametrize("languages", [ENGLISH_AND_SPANISH[:1], ENGLISH_AND_SPANISH])
def test_a_large_directory_has_several_files_each_address_once(real, settings, monkeypatch, languages):
    settings.LANGUAGES = languages
    monkeypatch.setattr(crawlers.Pages, "limit", 3)
    others = [factories.practice(specialist=somebody(number)) for number in (1, 2)]
    parts = [part for part in addresses(get("/sitemap.xml").text) if "specialists" in part]
    assert len(parts) == len(languages)
    listed = [loc for part in parts for loc in addresses(get(f"{urlsplit(part).path}?{urlsplit(part).query}").text)]
    assert len(listed) == len(set(listed)) == 3 * len(languages)
    assert all(any(one.specialist.slug in loc for loc in listed) for one in (real, *others))
    assert get("/sitemap-specialists.xml?p=9").status_code == 404
    assert get("/sitemap-specialists.xml?p=x").status_code == 404
    assert get("/sitemap-nothing.xml").status_code == 404


def test_the_sitemap_asks_the_database_no_more_for_many_than_for_one(real, django_assert_max_num_queries):
    """Six for a file: is it a demonstration, the version twice, what was rewritten, how many, and the rows."""

    def asks(address, at_most):
        get("/robots.txt")  # this process reads what is new
        with django_assert_max_num_queries(at_most):
            return addresses(get(address).text)

    assert len(asks("/sitemap-specialists.xml", 6)) == len(asks("/sitemap-clinics.xml", 6)) == 1
    for number in range(20):
        factories.practice(specialist=somebody(number))
    assert len(asks("/sitemap-specialists.xml", 6)) == len(asks("/sitemap-clinics.xml", 6)) == 21
    asks("/sitemap.xml", 8)


def test_whoever_has_the_sitemap_of_this_version_gets_no_other(real):
    tag = get("/sitemap-specialists.xml")["ETag"]
    assert get("/sitemap-specialists.xml", if_none_match=tag).status_code == 304


# ---- which pages may be listed


def test_a_page_has_an_address_for_search_engines_or_says_that_it_has_none(people):
    for look in pages.LOOKS:
        response = get(look.address.format(**vars(people)))
        if response.status_code == 200 and "/admin/" not in look.address:
            closed = (
                "noindex" in response.headers.get("X-Robots-Tag", "") or named(response.text, "robots") == "noindex"
            )
            assert bool(canonical(response.text)) != closed, look.name


COMMON = {
    "/find/": "/find/",
    "/find/?near=78701&procedure=adhesiolysis": "/find/?near=Austin%2C+TX+78701&procedure=adhesiolysis",
    "/find/?near=austin,tx": "/find/?near=Austin%2C+TX",
    "/find/?near=Austin&procedure=": "/find/?near=Austin%2C+TX",
}
ONE_VISITORS = (
    "/find/?near=30.27,-97.74&procedure=adhesiolysis",  # where somebody stands
    "/find/?near=100 Congress Ave, Austin, TX",  # where somebody lives
    "/find/?near=78701&procedure=adhesiolysis&insurer=aetna",
    "/find/?near=78701&radius=100",
    "/find/?near=78701&procedure=adhesiolysis&procedure=epidural-steroid-injection",
    "/find/?near=78701&page=1",
    "/find/?q=rivera",
    "/find/?procedure=adhesiolysis",
    "/find/?near=78701&procedure=intrathecal-pump",  # nobody at all
)


def test_a_search_that_many_make_has_one_address_whichever_way_it_was_written(people):
    for address, own in COMMON.items():
        page = get(address).text
        assert canonical(page) == named(page, "og:url") == f"http://testserver{own}"
        assert canonical(get(own).text) == canonical(page)


def test_a_search_of_one_visitor_is_not_to_be_listed(people):
    for address in ONE_VISITORS:
        page = get(address)
        assert page.status_code == 200, address
        assert named(page.text, "robots") == "noindex" and canonical(page.text) is None, address
        assert "hreflang" not in page.text.split("</head>")[0]


def test_the_other_languages_of_a_search_keep_the_search(people, settings):
    settings.LANGUAGES = ENGLISH_AND_SPANISH
    page = get("/find/?near=Austin&procedure=adhesiolysis").text
    assert 'hreflang="es" href="http://testserver/es/find/?near=Austin%2C+TX&amp;procedure=adhesiolysis"' in page


# ---- titles, descriptions, Open Graph


def test_pages_that_may_be_listed_have_titles_and_descriptions_of_their_own(people):
    titles, descriptions = {}, {}
    for look in pages.LOOKS:
        page = get(look.address.format(**vars(people))).text
        if (own := canonical(page)) is None:
            continue
        title, description = named(page, "og:title"), named(page, "description")
        assert titles.setdefault(title, own) == own, f"{look.name} is called as {titles[title]}"
        assert descriptions.setdefault(description, own) == own, (
            f"{look.name} is described as {descriptions[description]}"
        )
        assert 40 <= len(description) <= 220, (look.name, len(description), description)


def test_a_link_that_is_passed_on_shows_title_description_and_picture(people):
    path = f"/specialists/{people.online}/"
    page = get(path).text
    assert "Ana Rivera, MD" in named(page, "og:title")
    assert named(page, "og:description") == named(page, "description")
    assert named(page, "og:type") == "profile"
    assert named(page, "og:url") == f"http://testserver{path}"
    assert named(page, "og:locale") == "en_US"
    assert named(page, "og:site_name") == "Pain Specialist Finder"
    assert named(get("/procedures/adhesiolysis/").text, "og:type") == "article"
    assert named(get("/").text, "og:type") == "website"


def test_the_picture_of_a_link_is_there_and_as_large_as_it_says(real):
    page = get("/").text
    address = named(page, "og:image")
    assert address.startswith("http://testserver/static/")
    with open(finders.find(urlsplit(address).path.removeprefix("/static/")), "rb") as file:
        width, height = struct.unpack(">II", file.read(24)[16:])
    assert (
        (named(page, "og:image:width"), named(page, "og:image:height")) == (str(width), str(height)) == ("1200", "630")
    )


def test_a_private_page_and_an_error_tell_others_nothing(people):
    for path in (f"/referrals/{people.submitted}/", "/nothing-here/", "/find/?near=Nowhereville"):
        assert 'property="og:' not in get(path).text, path


def test_names_in_titles_cannot_break_out_of_the_head(real):
    specialist = somebody(1, family_name='O"Brien <b>')
    page = get(factories.practice(specialist=specialist).specialist.get_absolute_url()).text
    assert 'O"Brien' in named(page, "og:title")
    assert "<b>" not in page.split("</head>")[0].split('<script type="application/ld+json">')[0]
