"""The map that can be moved: when it starts, what it asks for, how one goes through it by keyboard, and what is left
without it."""

import http.server
import threading

import pytest
from playwright.sync_api import expect

from config import csp
from tests import factories
from tests.looks import gates

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIND = "/find/?near=78701&procedure=adhesiolysis"
DESKTOP = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "reduced_motion": "reduce"}
OF_THE_MAP = ("/vendor/", "/static/map/", "map-live.js")
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63606060f80f0001040100"
    "5fe5c34b0000000049454e44ae426082"
)


@pytest.fixture
def four(live_server):
    """Four specialists: two of them near each other in Austin, one known by ZIP code only, one accepting nobody."""
    for name, latitude, longitude, precision, accepting in (
        ("One", 30.300, -97.740, "address", True),
        ("Two", 30.302, -97.742, "address", True),
        ("Three", 30.580, -98.270, "zip", True),
        ("Four", 29.880, -97.940, "address", False),
    ):
        site = factories.site(
            latitude=latitude, longitude=longitude, location_precision=precision, postal_code="78654", city=name
        )
        specialist = factories.specialist(given_name=name, family_name="Example")
        practice = factories.practice(specialist=specialist, site=site, accepting_new_patients=accepting)
        factories.offering(practice=practice)


def watched(page) -> list[str]:
    """The files of the map that the page asks for from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if any(p in request.url for p in OF_THE_MAP) else None)
    return asked


def live(page):
    """The map that can be moved, once it is there with its lines and towns."""
    page.locator(".livemap path.m-county").first.wait_for(state="attached")
    page.locator(".liveword:not(.liveword--ring)").first.wait_for(state="attached")
    return page.locator(".livemap")


def test_it_takes_the_place_of_the_drawing_where_that_is_seen(visitors, four):
    page = visitors(**DESKTOP)
    asked = watched(page)
    page.goto(FIND)
    shown = live(page)
    expect(page.locator(".map-svg")).to_be_hidden()
    names = [pin.get_attribute("aria-label") for pin in shown.locator("a.pin").all()]
    assert names == ["3. Four Example, MD, 30 miles", "1 doctor in 78654, about 38 miles: 4. Three Example, MD"]
    assert {url.rsplit("/", 1)[1] for url in asked} == {
        "map-live.js",
        "leaflet.js",
        "leaflet.css",
        "leaflet.markercluster.js",
        "us.json",
        "TX.json",
    }
    assert shown.locator(".liveword--ring").all_inner_texts() == ["50 mi", "25 mi", "10 mi"]


def test_on_a_phone_nothing_of_it_is_loaded_until_it_is_asked_for(visitors, four):
    page = visitors(**PHONE)
    asked = watched(page)
    page.goto(FIND, wait_until="networkidle")
    page.mouse.wheel(0, 20_000)
    page.wait_for_timeout(300)
    assert asked == []
    expect(page.locator("#map")).to_be_hidden()
    page.get_by_role("link", name="Map", exact=True).click()
    expect(live(page)).to_be_in_viewport()
    assert len(asked) == 6
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator("#map")).to_be_hidden()


def test_an_offices_map_below_the_window_waits_until_it_is_seen(visitors, four):
    page = visitors(viewport={"width": 1280, "height": 400}, reduced_motion="reduce")
    asked = watched(page)
    page.goto(FIND)
    page.get_by_role("link", name="One Example, MD", exact=True).click()
    page.wait_for_url("**/specialists/**", wait_until="networkidle")
    asked.clear()
    page.wait_for_timeout(300)
    assert asked == []
    page.locator(".mapbox").scroll_into_view_if_needed()
    assert live(page).locator(".pin--dot").count() == 1
    assert asked


def tab_to(page, locator) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if locator.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError("no way by Tab")


def test_pins_are_reached_by_tab_and_enter_goes_to_the_card(visitors, four):
    page = visitors(**DESKTOP)
    page.goto(FIND)
    pin = live(page).get_by_role("link", name="Four Example, MD, 30 miles")
    page.locator(".foot").scroll_into_view_if_needed()
    tab_to(page, pin)
    page.keyboard.press("Enter")
    page.wait_for_url("**#s3")
    expect(page.locator("#s3:target h3")).to_have_text("Four Example, MD")
    expect(page.locator("#s3")).to_be_in_viewport()


def test_pins_too_near_each_other_are_one_that_opens(visitors, four):
    page = visitors(**DESKTOP)
    page.goto(FIND)
    shown = live(page)
    together = shown.get_by_role("button", name="1, 2: 2 places close together: show them apart")
    tab_to(page, together)
    page.keyboard.press("Enter")
    for name in ("One", "Two"):
        expect(shown.get_by_role("link", name=f"{name} Example, MD, 2.")).to_be_visible()
    assert page.evaluate("document.querySelector('.livemap').contains(document.activeElement)")


def test_the_wheel_moves_the_page_and_keys_and_buttons_the_map(visitors, four):
    page = visitors(**DESKTOP)
    page.goto(FIND)
    shown = live(page)
    ring = shown.locator("path.m-ring-max")
    before = ring.bounding_box()
    shown.hover()
    page.mouse.wheel(0, 200)
    expect(page.get_by_role("banner")).not_to_be_in_viewport()
    assert ring.bounding_box()["width"] == before["width"]
    shown.get_by_role("button", name="Closer").click()
    assert ring.bounding_box()["width"] > 1.5 * before["width"]
    shown.get_by_role("button", name="Farther").press("Enter")
    assert ring.bounding_box()["width"] == pytest.approx(before["width"], abs=2)


def test_after_a_filter_the_map_shows_the_new_answer(visitors, four):
    page = visitors(**DESKTOP)
    page.goto(FIND)
    live(page)
    page.locator(".chips--wide").get_by_role("link", name="Accepting new patients").click()
    page.locator("h1", has_text="3 specialists").wait_for()
    shown = live(page)
    expect(page.locator(".livemap")).to_have_count(1)
    expect(shown.get_by_role("link", name="Four Example")).to_have_count(0)
    expect(shown.get_by_role("link", name="Three Example")).to_have_count(1)


def test_after_a_filter_on_a_phone_the_button_shows_the_new_map(visitors, four):
    page = visitors(**PHONE)
    page.goto(FIND)
    page.get_by_text("Filter", exact=True).click()
    page.locator(".filtbar").get_by_role("link", name="Accepting new patients").click()
    page.locator("h1", has_text="3 specialists").wait_for()
    page.get_by_role("link", name="Map", exact=True).click()
    assert live(page).get_by_role("link", name="Three Example").count() == 1


@pytest.mark.parametrize("options", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_without_javascript_the_drawing_is_there_and_its_pins_lead_to_the_cards(visitors, four, options):
    page = visitors(**options, java_script_enabled=False)
    page.goto(FIND)
    if options is PHONE:
        page.get_by_role("link", name="Map", exact=True).click()
    drawing = page.locator(".map-svg")
    expect(drawing).to_be_in_viewport()
    pins = drawing.locator("a.m-pin")
    assert pins.count() == 4
    least = 34 if options is PHONE else 32
    boxes = [pin.locator("circle").bounding_box() for pin in pins.all()]
    assert all(box["width"] >= least - 0.5 for box in boxes)
    pins.nth(2).click()
    expect(page.locator("#s3:target, #s4:target")).to_be_in_viewport()


@pytest.mark.parametrize("options", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_drawing_itself_is_accessible(visitors, four, options):
    page = visitors(**options)
    page.route("**/js/map.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(FIND + "#map")
    expect(page.locator(".map-svg")).to_be_visible()
    assert not gates.complaints(page, gates.AXE.read_text())


def test_where_it_cannot_be_loaded_the_drawing_stays(visitors, four):
    page = visitors(**DESKTOP)
    page.route("**/vendor/**", lambda route: route.abort())
    page.goto(FIND, wait_until="networkidle")
    expect(page.locator(".map-svg")).to_be_visible()
    assert page.locator(".livemap").count() == 0
    assert all("net::ERR_FAILED" in line for line in visitors.wrong)
    visitors.wrong.clear()


@pytest.fixture
def tile_server():
    """A host of pictures; `asked` holds (path, Referer) of each request."""
    asked: list[tuple[str, str]] = []

    class Tiles(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers.get("Referer", "")))
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(PIXEL)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Tiles) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_pictures_come_from_the_host_that_was_set_and_from_no_other(visitors, four, tile_server, settings, live_server):
    host, asked = tile_server
    settings.MAP_TILE_URL = host + "/{z}/{x}/{y}.png"
    settings.MAP_ATTRIBUTION = "© Example contributors"
    settings.SECURE_CSP = csp.policy(settings.MAP_TILE_URL)
    page = visitors(**DESKTOP)
    of_base_map = watched(page)
    page.goto(FIND)
    page.locator(".leaflet-tile-loaded").first.wait_for(state="attached")
    shown = page.locator(".livemap")
    expect(shown.locator(".leaflet-control-attribution")).to_have_text("© Example contributors")
    shown.get_by_role("button", name="Closer").click()
    shown.get_by_role("button", name="Farther").click()
    page.wait_for_load_state("networkidle")
    assert len(asked) > 4
    assert {referer for _path, referer in asked} == {live_server.url + "/"}  # whose map it is, never which page
    assert not any(url.endswith(".json") for url in of_base_map)
    assert visitors.wrong, "the pictures were asked for"
    assert all(line.startswith(f"asked another host: {host}/") for line in visitors.wrong), visitors.wrong
    visitors.wrong.clear()


def test_without_such_a_host_the_security_policy_would_not_let_them_in(visitors, four, tile_server, settings):
    host, asked = tile_server
    settings.MAP_TILE_URL = host + "/{z}/{x}/{y}.png"
    page = visitors(**DESKTOP)
    page.goto(FIND, wait_until="networkidle")
    assert asked == []
    assert any("Content Security Policy" in line for line in visitors.wrong)
    visitors.wrong.clear()
