"""The results page: the same answer as the API's, and a helpful refusal for everything that is not understood."""

import re
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db

SPECIALIST = re.compile(r'href="/specialists/([\w-]+)/"')


def find(**parameters):
    return Client().get("/find/?" + urlencode(parameters, doseq=True))


def shown(response) -> list[str]:
    """The slugs on a page, in its order."""
    return list(dict.fromkeys(SPECIALIST.findall(response.content.decode())))


@pytest.fixture
def around_austin():
    """Twelve specialists at growing distances, two of them at two offices."""
    for number in range(12):
        site = factories.site(latitude=30.27 + number * 0.05, longitude=-97.74)
        practice = factories.practice(
            site=site, specialist=factories.specialist(given_name=f"P{number}"), accepting_new_patients=None
        )
        factories.offering(practice=practice)
        if number in (3, 4):
            factories.offering(
                practice=factories.practice(
                    specialist=practice.specialist, site=factories.site(latitude=30.9, longitude=-97.74)
                )
            )


@pytest.mark.parametrize("page", [1, 2, 3])
def test_page_and_api_give_the_same_specialists_in_the_same_order(around_austin, page):
    asked = {"near": "78701", "procedure": "adhesiolysis", "page_size": 5, "page": page}
    answer = Client().get("/api/v1/specialists/?" + urlencode(asked)).json()
    assert shown(find(**asked)) == [result["slug"] for result in answer["results"]] != []


@pytest.mark.parametrize(
    "near",
    ["00000", "09096", "Xyzzyville", "' OR 1=1", "91,181", "-91,0", "x" * 300, "😀", "787\x0001", "nan,nan"],
)
def test_a_place_that_is_not_understood_is_a_page_that_helps_and_never_a_list(around_austin, near):
    response = find(near=near, procedure="adhesiolysis")
    assert response.status_code == 400
    page = response.content.decode()
    assert "No search was made." in page
    assert not shown(response)
    assert 'name="near"' in page


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("radius", "0"),
        ("radius", "1e9"),
        ("radius", "NaN"),
        ("page", "0"),
        ("procedure", "nonsense"),
        ("condition", "nonsense"),
        ("insurer", "nonsense"),
        ("language", "nonsense"),
        ("gender", "nonsense"),
        ("telehealth", "maybe"),
        ("requests", "call"),
        ("requests", "online"),
        ("evidence", "claims"),
        ("sort", "wait"),
        ("sort", "nearest"),
        ("facets", "maybe"),
        ("accepting", "maybe"),
        ("colour", "red"),
    ],
)
def test_a_parameter_that_is_not_understood_is_named(parameter, value):
    response = find(near="78701", **{parameter: value})
    assert response.status_code == 400
    assert parameter in response.content.decode()


@pytest.mark.parametrize(("parameter", "value"), [("radius", "0"), ("radius", "NaN"), ("accepting", "maybe")])
def test_the_form_of_a_refusal_does_not_send_the_same_mistake_again(around_austin, parameter, value):
    page = find(near="78701", procedure="adhesiolysis", **{parameter: value}).content.decode()
    assert 'value="78701"' in page
    assert '<option value="adhesiolysis" selected>' in page
    assert '<option value="50" selected>50 miles</option>' in page
    assert f'value="{value}"' not in page
    assert 'name="accepting"' not in page


def test_a_place_that_is_not_understood_is_marked_in_the_form(around_austin):
    page = find(near="Xyzzyville").content.decode()
    assert re.search(r'value="Xyzzyville"[^>]* aria-invalid="true" aria-describedby="refusals"', page)
    assert 'id="refusals"' in page


def test_a_radius_of_ones_own_stands_in_its_place_among_the_choices(around_austin):
    form = find(near="78701", radius="30").content.decode().split('role="search"')[1].split("</form>")[0]
    radii = re.findall(r'<option value="([\d.]+)"( selected)?>', form)
    assert [miles for miles, _selected in radii] == ["10", "25", "30", "50", "100", "250", "500"]
    assert ("30", " selected") in radii


def test_a_name_that_narrows_a_search_by_place_is_shown_and_kept_and_can_be_dropped(around_austin):
    response = find(near="78701", q="P3 rivera")
    page = response.content.decode()
    assert len(shown(response)) == 1
    assert '<input type="hidden" name="q" value="P3 rivera">' in page
    address = re.search(r'href="([^"]*)"><span class="vh">Drop </span>Name “P3 rivera”', page)
    assert address
    assert len(shown(Client().get(address[1].replace("&amp;", "&")))) == 12


def test_where_nobody_matches_there_is_nothing_to_narrow(around_austin):
    page = find(near="78701", procedure="adhesiolysis", q="nobody").content.decode()
    assert "Nobody in the whole directory" in page
    assert "Show only: accepting new patients" not in page
    assert "Any name" in page


def test_a_query_of_a_megabyte_is_refused_and_not_repeated():
    response = Client().get("/find/", {"near": "A" * 1_000_000})
    assert response.status_code == 400
    assert len(response.content) < 20_000


def test_too_many_parameters_are_a_bad_request():
    assert Client().get("/find/?" + "&".join(f"a{n}=1" for n in range(2000))).status_code == 400


def test_a_page_past_the_last_is_not_found(around_austin):
    assert find(near="78701", page=99999).status_code == 404


def test_a_zip_with_a_stray_dash_is_read_as_the_zip():
    response = find(near="99501-")
    assert response.status_code == 200
    assert "Anchorage, AK 99501" in response.content.decode()


def test_a_town_name_that_several_states_have_offers_the_others():
    page = find(near="Springfield").content.decode()
    assert "Springfield, MO" in page
    assert f'href="/find/?{urlencode({"near": "Springfield, IL"})}"' in page


def test_suggestions_lead_to_the_same_search_there(around_austin):
    page = find(near="Asutin, TX", procedure="adhesiolysis").content.decode()
    address = re.search(r'href="(/find/\?near=Austin[^"]*)"', page)
    assert address
    response = Client().get(address[1].replace("&amp;", "&"))
    assert response.status_code == 200
    assert len(shown(response)) == 12


def test_what_other_sites_hang_on_to_a_link_is_dropped(around_austin):
    response = Client().get("/find/?near=78701&utm_source=mail&fbclid=1&gclid=2&utm_medium=x")
    assert response.status_code == 302
    assert response["Location"] == "/find/?near=78701"


def test_nothing_near_says_how_far_the_nearest_is_and_what_to_drop(around_austin):
    montana = factories.site(latitude=45.78, longitude=-108.5, state="MT", city="Billings", postal_code="59101")
    factories.practice(site=montana)
    page = find(near="59101", procedure="adhesiolysis").content.decode()
    assert re.search(r"Nothing within 50 miles. The nearest is [\d,]+ miles away", page)
    assert "Any procedure" in page
    assert "Not known to do what you asked for" in page
    assert "Dropped" not in page


def test_what_nobody_told_us_says_ask(around_austin):
    page = find(near="78701", procedure="adhesiolysis").content.decode()
    assert "Ask about new patients, the wait and insurers" in page


def test_an_office_known_by_its_zip_says_about():
    site = factories.site(location_precision="zip")
    factories.offering(practice=factories.practice(site=site))
    page = find(near="78701", procedure="adhesiolysis").content.decode()
    assert re.search(r'<span class="u">about</span> <b>', page)


def test_a_clinic_that_has_not_joined_gets_the_phone_and_a_form_to_print_only(around_austin):
    page = find(near="78701", procedure="adhesiolysis").content.decode()
    assert "This clinic has not joined; nothing can be sent from here." in page
    forms = re.findall(rf'href="{reverse("referral-new")}\?([^"]*)"', page)
    assert forms
    assert all("packet=1" in form for form in forms)


def test_a_connected_clinic_gets_the_button():
    practice = factories.practice(clinic=factories.connected_clinic(), accepting_new_patients=True)
    factories.offering(practice=practice)
    page = find(near="78701", procedure="adhesiolysis").content.decode()
    assert f"{reverse('referral-new')}?practice={practice.pk}&amp;procedure=adhesiolysis" in page


def test_without_a_place_names_are_searched():
    factories.practice(specialist=factories.specialist(given_name="José", family_name="Núñez"))
    factories.practice(specialist=factories.specialist(given_name="Mary", family_name="Jones"))
    assert [slug.rsplit("-", 1)[0] for slug in shown(find(q="nunez"))] == ["jose-nunez-md"]
    assert find(q="zzz").status_code == 200
    assert "0 specialists" in find(q="zzz").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_list(around_austin, django_assert_max_num_queries):
    find()
    with django_assert_max_num_queries(3):
        assert len(shown(find(near="78701", page_size=3))) == 3
    with django_assert_max_num_queries(3):
        assert len(shown(find(near="78701", page_size=12))) == 12


def test_a_radius_that_is_none_of_the_choices_stays_chosen(around_austin):
    assert '<option value="7" selected>7 miles' in find(near="78701", radius="7").content.decode()
    assert "Nothing within 1 mile." in find(near="10001", radius="1").content.decode()


def test_no_shared_cache_keeps_a_search(around_austin):
    assert "private" in find(near="78701")["Cache-Control"]


def test_every_filter_in_force_is_named_and_can_be_dropped(client):
    practice = factories.practice(
        insurers=("aetna",), specialist=factories.specialist(languages=("es",), gender="female"), telehealth=True
    )
    factories.offering(practice=practice)
    asked = {
        "near": "78701",
        "procedure": "adhesiolysis",
        "insurer": "aetna",
        "language": "es",
        "gender": "female",
        "telehealth": "true",
        "evidence": "listed",
    }
    page = client.get("/find/", asked).content.decode()
    for words in ("Takes Aetna", "Speaks Spanish", "Female", "Video visits", "Listed, confirmed or on public record"):
        assert f"{words}<svg" in page or f"{words} <span>" in page
    assert "/find/?near=78701&amp;procedure=adhesiolysis&amp;insurer=aetna&amp;gender=female" in page


def test_a_list_is_narrowed_to_what_somebody_in_it_has(client):
    practice = factories.practice(insurers=("aetna",), specialist=factories.specialist(languages=("es",)))
    factories.offering(practice=practice)
    factories.practice(insurers=("cigna",), specialist=factories.specialist(languages=("vi",)))
    page = client.get("/find/", {"near": "78701", "procedure": "adhesiolysis", "sort": "wait"}).content.decode()
    assert '<option value="aetna">Aetna (1)</option>' in page and "cigna" not in page
    assert '<option value="es">Spanish (1)</option>' in page and "Vietnamese" not in page
    assert '<option value="wait" selected>Shortest wait first</option>' in page
    everybody = client.get("/find/", {"near": "78701"}).content.decode()
    assert "Cigna (1)" in everybody and "Shortest wait first" not in everybody


@pytest.mark.parametrize(("name", "value"), [("sort", "wait"), ("requests", "online"), ("evidence", "confirmed")])
def test_choosing_any_procedure_in_the_form_drops_what_spoke_of_one(client, name, value):
    factories.offering()
    sent = {"near": "78701", "procedure": "", "radius": "50", name: value}
    response = client.get("/find/", sent)
    assert response.status_code == 302 and response["Location"] == "/find/?near=78701&radius=50"
    assert client.get("/find/", sent, follow=True).status_code == 200


def test_two_values_of_a_filter_stay_two_in_the_forms(client):
    factories.offering(practice=factories.practice(insurers=("aetna", "cigna")))
    asked = {"near": "78701", "insurer": ["aetna", "cigna"], "procedure": ["adhesiolysis", "kyphoplasty"]}
    page = client.get("/find/", asked).content.decode()
    for name in ("insurer", "procedure"):
        select = next(part for part in page.split("<select")[1:] if f'name="{name}"' in part.split(">")[0])
        assert "multiple" in select.split(">")[0]
        assert select.split("</select>")[0].count(" selected") == 2
