"""What is saved or deleted in the admin is found, or found no more, by the very next search."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory.models import ClaimsRecord, Condition, Insurer, Language, Procedure, Taxonomy
from tests import factories
from tests.admin.forms import added, filled_in

pytestmark = pytest.mark.django_db

ADHESIOLYSIS = {"near": "78701", "procedure": "adhesiolysis"}


@pytest.fixture
def practice():
    clinic = factories.connected_clinic(name="Zilker Spine", slug="zilker-spine")
    person = factories.specialist(given_name="Bo", family_name="Okafor", gender="male", languages=("es",))
    made = factories.practice(
        clinic=clinic, specialist=person, accepting_new_patients=True, insurers=("aetna", "original-medicare")
    )
    factories.offering(practice=made)
    factories.claims(person)
    assert found(**ADHESIOLYSIS) == ["Bo"]  # the search has read it before something happens
    return made


def results(**asked):
    response = Client().get("/api/v1/specialists/", asked)
    assert response.status_code == 200, response.json()
    return response.json()["results"]


def found(**asked):
    return [result["given_name"] for result in results(**asked)]


def page(address):
    return Client().get(address).content.decode()


def address(row, what="change"):
    return reverse(f"admin:directory_{row._meta.model_name}_{what}", args=[row.pk])


def save(client, row, **given):
    response = client.post(address(row), filled_in(client.get(address(row))) | given)
    assert response.status_code == 302, response.context["errors"]


def delete(client, row):
    assert client.post(address(row, "delete"), {"post": "yes"}).status_code == 302


def rows_of(practice):
    return {
        "practice": practice,
        "specialist": practice.specialist,
        "site": practice.site,
        "clinic": practice.site.clinic,
    }


@pytest.mark.parametrize("kind", ["practice", "specialist", "site", "clinic"])
def test_what_is_deleted_vanishes_at_once(operator, practice, kind):
    delete(operator, rows_of(practice)[kind])
    assert found(**ADHESIOLYSIS) == found(q="okafor") == []
    assert "Okafor" not in page("/find/?near=78701")
    assert Client().get("/clinics/zilker-spine/").status_code == 410


@pytest.mark.parametrize("kind", ["practice", "specialist", "site", "clinic"])
def test_what_is_deleted_with_others_from_a_list_vanishes_at_once(operator, practice, kind):
    row = rows_of(practice)[kind]
    changelist = reverse(f"admin:directory_{kind}_changelist")
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    assert operator.post(changelist, chosen).status_code == 302
    assert found(**ADHESIOLYSIS) == found() == []


def test_an_offering_that_is_deleted_is_offered_no_more(operator, practice):
    ClaimsRecord.objects.all().delete()
    delete(operator, practice.offerings.get())
    assert found(**ADHESIOLYSIS) == []
    assert found(near="78701") == ["Bo"]


def test_claims_that_are_deleted_are_evidence_no_more(operator, practice):
    assert found(**ADHESIOLYSIS, evidence="claims") == ["Bo"]
    delete(operator, ClaimsRecord.objects.get())
    assert found(**ADHESIOLYSIS, evidence="claims") == []
    assert found(**ADHESIOLYSIS, evidence="listed") == ["Bo"]


@pytest.mark.parametrize("word", ["deactivated_on", "excluded_on", "suppressed_on"])
def test_who_is_taken_out_vanishes_and_comes_back(operator, practice, word):
    save(operator, practice.specialist, **{word: "2026-01-31"})
    assert found(**ADHESIOLYSIS) == []
    save(operator, practice.specialist, **{word: ""})
    assert found(**ADHESIOLYSIS) == ["Bo"]


@pytest.mark.parametrize(("word", "value"), [("hidden", "on"), ("closed_on", "2026-01-31")])
def test_a_site_that_closes_or_is_hidden_vanishes(operator, practice, word, value):
    save(operator, practice.site, **{word: value})
    assert found(**ADHESIOLYSIS) == []


def test_a_site_is_found_where_it_moved_to(operator, practice):
    save(operator, practice.site, city="El Paso", postal_code="79901")
    assert found(near="79901", radius="20") == ["Bo"]
    assert results(near="78701")[0]["distance_miles"] > 400


def test_a_new_name_is_found_and_the_old_one_is_not(operator, practice):
    save(operator, practice.specialist, family_name="Núñez")
    assert (found(q="nunez"), found(q="okafor")) == (["Bo"], [])
    save(operator, practice.site.clinic, name="Barton Hills Pain")
    assert (found(q="barton"), found(q="zilker")) == (["Bo"], [])
    assert results()[0]["practice"]["clinic"]["name"] == "Barton Hills Pain"


def test_a_clinic_whose_address_is_not_confirmed_any_more_takes_no_requests(operator, practice):
    assert found(**ADHESIOLYSIS, requests="online") == ["Bo"]
    save(operator, practice.site.clinic, notification_email="new@example.org")
    assert found(**ADHESIOLYSIS, requests="online") == []
    assert results()[0]["practice"]["connected"] is False


def test_what_is_said_on_the_page_of_a_practice_is_searched(operator, practice):
    insurers = [Insurer.objects.get(slug="cigna").pk]
    data = filled_in(operator.get(address(practice)))
    data |= {"accepting_new_patients": "false", "telehealth": "true", "insurers": insurers}
    injection = factories.procedure("epidural-steroid-injection")
    data = added(data, "offerings", procedure=injection.pk, status="open", wait_weeks=2)
    assert operator.post(address(practice), data).status_code == 302
    assert found(telehealth="true", insurer="cigna", procedure=injection.slug) == ["Bo"]
    assert found(accepting="true") == found(insurer="aetna") == []


def test_a_practice_given_to_somebody_else_is_theirs(operator, practice):
    other = factories.specialist(given_name="Cai", family_name="Nair")
    save(operator, practice, specialist=other.pk)
    assert found(near="78701") == found(q="nair") == ["Cai"]
    assert found(q="okafor") == []


def test_languages_and_codes_of_a_specialist_are_searched_and_shown(operator, practice):
    person = practice.specialist
    data = filled_in(operator.get(address(person))) | {"languages": ["fr"], "gender": "female"}
    data = added(data, "registered_as", taxonomy="208VP0000X", position=2)
    assert operator.post(address(person), data).status_code == 302
    (result,) = results(language="fr", gender="female")
    assert [one["code"] for one in result["specialties"]] == ["208VP0014X", "208VP0000X"]
    assert found(language="es") == []


def test_a_renamed_insurer_has_its_new_name_everywhere(operator, practice):
    assert "Aetna" in page(practice.specialist.get_absolute_url())
    save(operator, Insurer.objects.get(slug="aetna"), name_en="Aetna and Daughters", slug="aetna-daughters")
    for shown in (page(practice.specialist.get_absolute_url()), page("/find/?near=78701")):
        assert "Aetna and Daughters" in shown
    assert results(insurer="aetna-daughters")[0]["practice"]["insurers"] == ["aetna-daughters", "original-medicare"]
    names = {one["name"] for one in Client().get("/api/v1/insurers/").json()["results"]}
    assert "Aetna and Daughters" in names and "Aetna" not in names
    assert Client().get("/api/v1/specialists/?insurer=aetna").status_code == 400


def test_a_deleted_insurer_is_taken_nowhere(operator, practice):
    delete(operator, Insurer.objects.get(slug="aetna"))
    assert results()[0]["practice"]["insurers"] == ["original-medicare"]
    assert Client().get("/api/v1/specialists/?insurer=aetna").status_code == 400


def test_a_renamed_procedure_has_its_new_name_everywhere(operator, practice):
    save(operator, Procedure.objects.get(slug="adhesiolysis"), name_en="Lysis of scar tissue")
    for shown in ("/", "/find/?near=78701&procedure=adhesiolysis", practice.specialist.get_absolute_url()):
        assert "Lysis of scar tissue" in page(shown), shown
    assert Client().get("/api/v1/procedures/adhesiolysis/").json()["name"] == "Lysis of scar tissue"


def test_a_procedure_with_another_short_name_is_found_by_it(operator, practice):
    save(operator, Procedure.objects.get(slug="adhesiolysis"), slug="lysis")
    assert results(procedure="lysis")[0]["procedures"][0]["slug"] == "lysis"
    assert Client().get("/api/v1/specialists/?procedure=adhesiolysis").status_code == 400


def test_a_renamed_language_or_code_has_its_new_name(operator, practice):
    save(operator, Language.objects.get(pk="es"), name_en="Castilian")
    assert "Castilian" in page("/find/?near=78701")
    save(operator, Taxonomy.objects.get(pk="208VP0014X"), name_en="Needle medicine")
    assert results()[0]["specialties"][0]["name"] == "Needle medicine"


def test_a_deleted_language_is_spoken_by_nobody(operator, practice):
    delete(operator, Language.objects.get(pk="es"))
    assert results()[0]["languages"] is None
    assert Client().get("/api/v1/specialists/?language=es").status_code == 400


def test_a_condition_leads_to_the_procedures_that_were_chosen_for_it(operator, practice):
    sciatica = Condition.objects.get(slug="sciatica")
    assert found(condition="sciatica") == []
    save(operator, sciatica, procedures=[factories.procedure("adhesiolysis").pk])
    assert found(condition="sciatica") == ["Bo"]
    delete(operator, sciatica)
    assert Client().get("/api/v1/specialists/?condition=sciatica").status_code == 400


def test_new_words_can_be_searched_for_at_once(operator, practice):
    page_of_new = reverse("admin:directory_procedure_add")
    data = filled_in(operator.get(page_of_new)) | {"name_en": "New", "name_es": "Nuevo", "slug": "new-procedure"}
    assert operator.post(page_of_new, data).status_code == 302
    assert found(procedure="new-procedure") == []
    assert '<option value="new-procedure"' in page("/")


def test_a_confirmation_counts_at_once(operator, practice):
    delete(operator, ClaimsRecord.objects.get())
    assert found(**ADHESIOLYSIS, evidence="confirmed") == []
    changelist = reverse("admin:directory_practice_changelist")
    operator.post(changelist, {"action": "confirm_selected", "_selected_action": [practice.pk]})
    (line,) = results(**ADHESIOLYSIS, evidence="confirmed")[0]["procedures"]
    assert line["evidence"] == "confirmed"
    assert results()[0]["practice"]["confirmed_on"] == timezone.localdate().isoformat()


def test_what_a_clinic_says_of_access_is_on_its_pages_at_once(operator, practice):
    path = practice.specialist.get_absolute_url()
    before = Client().get(path)
    save(operator, practice.site, step_free="true")
    after = Client().get(path, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert "Step-free way in" in after.content.decode()
