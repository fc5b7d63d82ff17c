"""The map of results and offices as the server draws it: who has a pin, who shares a mark, who has none."""

import re

import pytest
from django.test import Client

from directory.models import Site
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS, ZIP, CITY = Site.Precision.ADDRESS, Site.Precision.ZIP, Site.Precision.CITY
# Pins as (where they lead, their name, what is written in them)
PIN = re.compile(
    r'<a href="([^"]+)" class="m-pin[^"]*"[^>]*aria-label="([^"]*)".*?<text[^>]*>([^<]*)</text>', re.DOTALL
)
AREA = re.compile(r"<li>(\d+ (?:doctors?|offices?) in [^<:]+)")


def offered(name: str = "Ana", *, specialist=None, **site):
    """A specialist who does adhesiolysis at a site of its own."""
    specialist = specialist or factories.specialist(given_name=name, family_name="Example")
    practice = factories.practice(specialist=specialist, site=factories.site(**site))
    factories.offering(practice=practice)
    return practice


def results(**parameters) -> str:
    asked = {"near": "78701", "procedure": "adhesiolysis"} | parameters
    return Client().get("/find/", {name: value for name, value in asked.items() if value}).content.decode()


def test_a_pin_has_the_number_and_the_name_of_its_card_and_leads_to_it():
    offered("Near", latitude=30.30)
    offered("Farther", latitude=30.60)
    page = results()
    assert PIN.findall(page) == [
        ("#s1", "1. Near Example, MD, 2.0 miles", "1"),
        ("#s2", "2. Farther Example, MD, 23 miles", "2"),
    ]
    for number in (1, 2):
        assert f'id="s{number}"' in page
        assert f'<span class="pin" aria-hidden="true">{number}</span>' in page


def test_those_of_one_address_share_a_pin_that_names_them_all():
    at = {"latitude": 30.30}
    offered("One", **at)
    offered("Two", **at)
    offered("Three", latitude=30.40)
    assert PIN.findall(results()) == [
        ("#s1", "1. One Example, MD; 2. Two Example, MD, 2.0 miles", "1+"),
        ("#s3", "3. Three Example, MD, 8.9 miles", "3"),
    ]


def test_those_known_by_the_same_zip_code_only_share_one_mark_and_say_about():
    for name in ("One", "Two", "Three"):
        offered(name, latitude=30.3214, longitude=-97.7402, postal_code="78756", location_precision=ZIP)
    offered("Four", latitude=30.3214, longitude=-97.7402, postal_code="78756", location_precision=ADDRESS)
    page = results()
    (area, pin) = sorted(PIN.findall(page), key=lambda found: "doctors" not in found[1])
    assert area[1].startswith("3 doctors in 78756, about 3.5 miles: ")
    assert "4. Four" not in area[1]
    assert pin[1].endswith("Four Example, MD, 3.5 miles")
    assert AREA.findall(page) == ["3 doctors in 78756"]
    assert page.count('class="pin pin--area"') == 3
    assert "Dashed: we know only the ZIP code or town" in page


def test_a_town_is_one_mark_too_and_not_the_same_as_another_of_that_name():
    offered("One", latitude=30.2711, city="Example", location_precision=CITY)
    offered("Two", latitude=30.2711, city="Example", location_precision=CITY)
    offered("Other", latitude=30.4, city="Sample", location_precision=CITY)
    assert AREA.findall(results()) == ["2 doctors in Example, TX", "1 doctor in Sample, TX"]


def test_who_cannot_be_placed_has_no_pin_and_the_page_says_so():
    offered("Placed", latitude=30.3)
    offered("Lost", latitude=None)
    page = results(near="")
    assert [text for _href, _name, text in PIN.findall(page)] == ["2"]  # by name: Lost is the first of the list
    assert page.count('<span class="pin"') == 1
    assert "1 is not on the map: nobody has told us for certain where." in page


def test_where_nobody_can_be_placed_there_is_no_map_and_no_way_to_it():
    offered("Lost", latitude=None)
    page = results(near="")
    assert 'class="map-svg"' not in page
    assert 'id="map"' not in page
    assert 'href="#map"' not in page


def test_rings_are_the_miles_of_the_headings_and_the_radius_that_was_asked_for():
    offered("Near", latitude=30.30)
    offered("Farther", latitude=30.60)
    assert "Ring: 10 miles" in results(radius="10")
    assert "Rings: 10 and 25 miles" in results()
    assert "Rings: 10 and 24 miles" in results(radius="24")
    assert "Your place: middle of Austin, TX 78701" in results()


def test_the_map_of_those_far_away_reaches_them():
    offered("Far", latitude=39.74, longitude=-104.99)
    page = results()
    assert "Nothing within 50 miles" in page
    (pin,) = PIN.findall(page)
    assert pin[0] == "#s1"
    assert "Ring: 250 miles" in page  # the smaller ones would be dots
    width = float(re.search(r'data-bounds="([^"]+)"', page)[1].split(",")[2])
    assert width > 39.74


def test_more_places_than_the_drawing_has_room_for_are_kept_for_the_map_that_moves():
    for number in range(30):
        offered(f"P{number}", latitude=30.28 + number * 0.01)
    page = results(page_size="100")
    drawn, _, rest = page.partition("<template>")
    assert len(PIN.findall(drawn)) == 23
    assert rest.partition("</template>")[0].count("<a ") == 7
    assert "The drawing has room for the first 23 places only." in page
    assert page.count('<span class="pin"') == 30


def test_a_doctors_offices_are_numbered_on_the_map_and_in_their_headings():
    first = offered("Ana", latitude=30.30)
    offered(specialist=first.specialist, latitude=30.50, postal_code="78613", location_precision=ZIP)
    offered(specialist=first.specialist, latitude=None)
    page = Client().get(first.specialist.get_absolute_url()).content.decode()
    assert [(href, text) for href, _name, text in PIN.findall(page)] == [("#office-1", "1"), ("#office-2", "2")]
    assert AREA.findall(page) == ["1 office in 78613"]
    assert all(f'id="office-{number}"' in page for number in (1, 2, 3))
    assert page.count('aria-hidden="true">2</span> ') == 1
    assert "1 is not on the map" in page


def test_one_office_is_a_picture_that_leads_nowhere():
    practice = offered("Ana", latitude=30.30)
    for address in (practice.specialist.get_absolute_url(), practice.site.clinic.get_absolute_url()):
        page = Client().get(address).content.decode()
        assert not PIN.findall(page)
        assert re.search(r'<svg class="map-svg"[^>]* role="img" aria-label="Map: where the office is: 1\. ', page)


def test_a_clinics_sites_are_on_its_map_once_each():
    clinic = factories.clinic()
    shared = factories.site(clinic=clinic, latitude=30.30)
    for _ in range(2):
        factories.practice(site=shared)
    factories.practice(site=factories.site(clinic=clinic, latitude=30.50))
    page = Client().get(clinic.get_absolute_url()).content.decode()
    assert [text for _href, _name, text in PIN.findall(page)] == ["1", "2"]


def test_an_office_that_nobody_can_place_has_no_map():
    practice = offered("Ana", latitude=None)
    assert "map-svg" not in Client().get(practice.specialist.get_absolute_url()).content.decode()


def test_the_map_asks_the_database_nothing(django_assert_max_num_queries):
    offered("Ana", latitude=30.30)
    results()
    with django_assert_max_num_queries(4):
        results()


def test_without_another_host_the_security_policy_and_the_privacy_page_name_none():
    answer = Client().get("/about/privacy/")
    assert "img-src 'self';" in answer["Content-Security-Policy"] + ";"
    assert "no foreign map" in answer.content.decode()
    offered("Ana", latitude=30.30)
    assert "data-tiles" not in results()


def test_with_pictures_of_another_host_both_pages_say_what_it_learns(settings):
    settings.MAP_TILE_URL = "https://{s}.tiles.example.org/{z}/{x}/{y}.png"
    settings.MAP_ATTRIBUTION = "© Example"
    offered("Ana", latitude=30.30)
    privacy, page = Client().get("/about/privacy/").content.decode(), results()
    assert "no foreign map" not in privacy
    assert "tiles.example.org learns your internet address" in privacy
    assert 'data-tiles="https://{s}.tiles.example.org/{z}/{x}/{y}.png" data-attribution="© Example"' in page
    assert "Its pictures come from tiles.example.org, which learns" in page
