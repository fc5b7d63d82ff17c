"""Clinics keep their listings on one page; sites are placed as they are saved; pages' addresses never change hands."""

import pytest
from django.urls import reverse
from django.utils import timezone

from directory.models import Clinic, Condition, Offering, PastSlug, Practice, Site, Specialist
from tests import factories
from tests.admin import world
from tests.admin.forms import added, errors, filled_in, said

pytestmark = pytest.mark.django_db


def change(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def add(model) -> str:
    return reverse(f"admin:directory_{model._meta.model_name}_add")


def save(client, row, **given):
    return client.post(change(row), filled_in(client.get(change(row))) | given, follow=True)


def save_new(client, model, **given):
    return client.post(add(model), filled_in(client.get(add(model))) | given, follow=True)


ADDRESS = {"line1": "1200 Example Pkwy", "city": "Austin", "state": "TX", "postal_code": "78756"}


def test_a_clinic_is_one_page_with_its_sites_people_and_practices(ours, staff):
    page = staff.get(change(ours.clinic)).content.decode()
    assert "1200 Example Pkwy" in page
    assert "kim@example.org" in page
    assert "Ana Rivera" in page
    assert f'href="{change(ours.practice)}"' in page
    practice = staff.get(change(ours.practice)).content.decode()
    assert "Adhesiolysis" in practice
    assert "08:00" in practice


def test_a_new_site_is_placed_and_says_how_well(ours, staff):
    response = save_new(staff, Site, clinic=ours.clinic.pk, **ADDRESS)
    new = Site.objects.latest("pk")
    assert new.latitude == pytest.approx(30.3, abs=0.2)
    assert new.location_precision == "zip"
    assert any("ZIP code" in text for text in said(response))


def test_a_site_added_on_the_page_of_its_clinic_is_placed(ours, staff):
    data = filled_in(staff.get(change(ours.clinic)))
    response = staff.post(change(ours.clinic), added(data, "sites", **ADDRESS), follow=True)
    new = ours.clinic.sites.latest("pk")
    assert new.latitude is not None
    assert any("was placed" in text for text in said(response))


def test_a_site_that_cannot_be_placed_is_kept_and_says_so(ours, staff):
    where = ADDRESS | {"city": "APO", "state": "AE", "postal_code": "09096"}
    response = save_new(staff, Site, clinic=ours.clinic.pk, **where)
    assert Site.objects.latest("pk").latitude is None
    assert any("We could not place this address" in text for text in said(response))


def test_a_site_is_placed_anew_when_its_address_changes_and_only_then(ours, staff):
    before = ours.site.latitude
    save(staff, ours.site, name="South")
    ours.site.refresh_from_db()
    assert (ours.site.name, ours.site.latitude) == ("South", before)
    save(staff, ours.site, city="El Paso", postal_code="79901")
    ours.site.refresh_from_db()
    assert ours.site.longitude == pytest.approx(-106.5, abs=0.3)


def test_an_operator_may_set_the_point_by_hand(ours, operator):
    save(operator, ours.site, latitude="30.5", longitude="-97.5", location_precision="address")
    ours.site.refresh_from_db()
    assert (ours.site.latitude, ours.site.location_source) == (30.5, "operator")


@pytest.mark.parametrize(("typed", "kept"), [("78756-1234", "78756"), ("787561234", "78756"), (" 78756 ", "78756")])
def test_nine_digits_of_a_zip_code_are_understood(ours, staff, typed, kept):
    save(staff, ours.site, postal_code=typed)
    ours.site.refresh_from_db()
    assert ours.site.postal_code == kept


def test_half_a_zip_code_is_explained(ours, staff):
    assert errors(save(staff, ours.site, postal_code="7875")) == ["A ZIP code has five digits, like 78701."]


@pytest.mark.parametrize("typed", ["(512) 555-0142", "512.555.0142", "+1 512 555 0142", "5125550142 x3"])
def test_a_phone_number_is_understood_as_people_write_it(ours, staff, typed):
    save(staff, ours.practice, phone=typed)
    ours.practice.refresh_from_db()
    assert ours.practice.phone == "+15125550142"


def test_a_wrong_phone_number_is_explained(ours, staff):
    assert "ten digits" in errors(save(staff, ours.practice, phone="555-0142"))[0]


def test_staff_add_a_specialist_by_npi(ours, staff):
    person = factories.specialist(given_name="Sofia", family_name="Ibarra")
    response = save_new(staff, Practice, specialist=str(person.pk), site=ours.site.pk)
    assert response.status_code == 200
    assert Practice.objects.filter(specialist=person, site=ours.site).exists()


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("123", "an NPI has ten digits"),
        ("2900000001", "check digit"),
        ("9999999999", "begins with 1 or 2"),
        ("", "This field is required."),
    ],
)
def test_a_mistyped_npi_is_explained(ours, staff, typed, why):
    response = save_new(staff, Practice, specialist=typed, site=ours.site.pk)
    assert why in errors(response)[0]


def test_who_was_taken_out_cannot_be_told_from_who_was_never_in(ours, staff):
    gone = factories.specialist(suppressed_on=timezone.localdate())
    answers = {
        tuple(errors(save_new(staff, Practice, specialist=str(number), site=ours.site.pk)))
        for number in (gone.pk, factories.fictional_npi())
    }
    assert len(answers) == 1
    assert "We list no specialist with this NPI" in answers.pop()[0]


def test_an_operator_adds_a_specialist_and_the_npi_stays_as_it_is(operator):
    number = factories.fictional_npi()
    save_new(operator, Specialist, npi=str(number), family_name="Okafor")
    person = Specialist.objects.get(pk=number)
    save(operator, person, npi=str(factories.fictional_npi()), family_name="Okafor-Lee")
    assert [(each.npi, each.family_name) for each in Specialist.objects.all()] == [(number, "Okafor-Lee")]


def test_a_mistyped_npi_of_a_new_specialist_is_explained(operator):
    response = save_new(operator, Specialist, npi="2900000001", family_name="Okafor")
    assert "check digit" in errors(response)[0]
    assert not Specialist.objects.exists()


def test_the_page_of_a_renamed_clinic_keeps_its_past_address(ours, operator):
    save(operator, ours.clinic, slug="hill-country-spine")
    assert PastSlug.objects.get().slug == "hill-country-pain"
    assert PastSlug.objects.get().clinic == ours.clinic
    save(operator, ours.clinic, slug="hill-country-pain")
    assert [past.slug for past in PastSlug.objects.all()] == ["hill-country-spine"]


def test_a_past_address_never_goes_to_another_clinic(ours, operator):
    PastSlug.objects.create(slug="old-name", clinic=ours.clinic)
    PastSlug.objects.create(slug="of-a-clinic-that-is-gone", clinic=None)
    other = factories.clinic()
    for slug in ("old-name", "of-a-clinic-that-is-gone"):
        assert "had this address once" in errors(save(operator, other, slug=slug))[0]
        assert "had this address once" in errors(save_new(operator, Clinic, name="New", slug=slug))[0]


def test_the_address_of_a_deleted_clinic_is_kept_from_others(operator):
    gone = factories.clinic(slug="gone-pain")
    operator.post(reverse("admin:directory_clinic_delete", args=[gone.pk]), {"post": "yes"})
    assert not Clinic.objects.exists()
    assert PastSlug.objects.get(slug="gone-pain").clinic is None


def test_a_new_notification_address_ends_the_confirmation_of_the_old_one(ours, staff):
    response = save(staff, ours.clinic, notification_email="new@example.org")
    ours.clinic.refresh_from_db()
    assert (ours.clinic.notification_email, ours.clinic.connected) == ("new@example.org", False)
    assert any("not confirmed yet" in text for text in said(response))


def test_saving_without_a_change_leaves_a_clinic_connected(ours, staff):
    save(staff, ours.clinic)
    ours.clinic.refresh_from_db()
    assert ours.clinic.connected


def test_everything_here_is_right_today_confirms_practice_and_offerings(ours, staff):
    known_from_claims = factories.offering("epidural-steroid-injection", practice=ours.practice, status=None)
    response = save(staff, ours.practice, _confirm="1", accepting_new_patients="true")
    today = timezone.localdate()
    ours.practice.refresh_from_db()
    assert (ours.practice.confirmed_on, ours.practice.accepting_new_patients) == (today, True)
    assert Offering.objects.get(pk=ours.offering.pk).confirmed_on == today
    assert Offering.objects.get(pk=known_from_claims.pk).confirmed_on is None
    assert any("confirmed for 90 days" in text for text in said(response))


def test_saving_alone_confirms_nothing(ours, staff):
    save(staff, ours.practice)
    ours.practice.refresh_from_db()
    assert ours.practice.confirmed_on is None


def test_staff_add_an_offering_on_the_page_of_a_practice(ours, staff):
    data = filled_in(staff.get(change(ours.practice)))
    procedure = factories.procedure("epidural-steroid-injection")
    staff.post(change(ours.practice), added(data, "offerings", procedure=procedure.pk, status="open", wait_weeks=2))
    assert ours.practice.offerings.get(procedure=procedure).wait_weeks == 2


def test_operators_reach_every_model_of_the_directory(operator):
    apps = {app["app_label"]: app["models"] for app in operator.get("/admin/").context["app_list"]}
    names = {entry["object_name"] for entry in apps["directory"]}
    shown_on_the_page_of_another = {"Membership", "PastSlug", "OpeningHours", "ProcedureSynonym", "SpecialistTaxonomy"}
    kept_by_the_program = {"Change", "Coverage", "DirectoryVersion", "ListingDocument", "SearchRow"}
    kept_by_the_program |= {"AnnouncedWord", "FormCount", "ListingChange", "Notice", "ReportRemark"}
    assert names | shown_on_the_page_of_another | kept_by_the_program == {
        model.__name__ for model in Clinic._meta.apps.get_app_config("directory").get_models()
    }


def test_an_operator_says_what_is_done_for_a_new_condition(operator):
    named = {"name_en": "Pain after shingles", "name_es": "Dolor después de un herpes zóster", "slug": "shingles"}
    refused = save_new(operator, Condition, **named)
    assert errors(refused) == ["This field is required."]  # a condition leads somewhere
    block = factories.procedure("peripheral-nerve-block")
    save_new(operator, Condition, **named, words_en="Shingles pain", procedures=[block.pk])
    assert list(Condition.objects.get(slug="shingles").procedures.all()) == [block]


def test_an_operator_opens_a_condition_and_finds_it_by_peoples_words(operator):
    sciatica = Condition.objects.get(slug="sciatica")
    assert "Back pain that goes down the leg" in operator.get(change(sciatica)).content.decode()
    found = operator.get(reverse("admin:directory_condition_changelist"), {"q": "nervio pinzado espalda"})
    assert list(found.context["cl"].result_list) == [sciatica]


def test_an_operator_makes_a_log_in_for_a_clinic(ours, operator):
    user_add = reverse("admin:directory_user_add")
    password = "correct horse battery"
    operator.post(
        user_add,
        {
            "email": "New@Example.org",
            "name": "New",
            "usable_password": "true",
            "password1": password,
            "password2": password,
        },
    )
    person = type(ours.staff).objects.get(email="new@example.org")
    data = filled_in(operator.get(change(person))) | {"is_staff": "on"}
    operator.post(change(person), added(data, "memberships", clinic=ours.clinic.pk))
    client = world.logged_in(person)
    assert client.get(change(ours.clinic)).status_code == 200


@pytest.mark.parametrize("model", [Clinic, Site, Practice, Specialist, Offering])
def test_a_list_of_many_rows_asks_the_database_no_more_than_one_of_few(operator, model, django_assert_max_num_queries):
    address = reverse(f"admin:directory_{model._meta.model_name}_changelist")
    with django_assert_max_num_queries(25) as few:
        operator.get(address)
        number_of_few = len(few)
    for _ in range(6):
        factories.offering()
    with django_assert_max_num_queries(number_of_few + 1):
        operator.get(address)


def test_the_pages_of_clinic_and_practice_ask_no_more_for_many_rows_than_for_few(
    ours, staff, django_assert_max_num_queries
):
    numbers = {}
    for row in (ours.clinic, ours.practice):
        with django_assert_max_num_queries(60) as asked:
            staff.get(change(row))
        numbers[row] = len(asked)
    several = ("epidural-steroid-injection", "spinal-cord-stimulation", "radiofrequency-ablation")
    for weekday, slug in enumerate(several, start=2):
        factories.offering(slug, practice=ours.practice)
        factories.offering(practice=factories.practice(clinic=ours.clinic))
        factories.hours(ours.practice, weekday=weekday)
    for row in (ours.clinic, ours.practice):
        with django_assert_max_num_queries(numbers[row]):
            staff.get(change(row))


def test_opening_hours_are_typed_as_the_wall_of_the_office_shows_them(operator):
    practice = factories.practice()
    page = operator.get(f"/admin/directory/practice/{practice.pk}/change/").text
    assert page.count('type="time"') >= 2
    assert "vTimeField" not in page  # Django's box says to type the time of the server's zone
