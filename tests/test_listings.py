"""The functions that change a listing."""

import datetime

import pytest
from django.utils import timezone

from directory import listings
from directory.models import Offering, PastSlug, Practice
from directory.places import Placed
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_site_is_placed_by_its_address():
    site = factories.site(latitude=None, city="Boston", state="MA", postal_code="02108", time_zone="")
    listings.place(site)
    assert site.latitude == pytest.approx(42.36, abs=0.05)
    assert (site.location_precision, site.time_zone) == ("zip", "America/New_York")
    assert site.location_source
    site.save()


def test_a_site_that_has_no_place_loses_the_old_one():
    site = factories.site()
    listings.place(site, Placed())
    assert (site.latitude, site.longitude, site.location_precision) == (None, None, None)
    assert (site.location_source, site.time_zone) == ("", "")
    site.save()


def test_a_confirmation_counts_for_what_the_clinic_said_and_for_nothing_else():
    said = factories.offering(confirmed_on=datetime.date(2024, 1, 1))
    asked = factories.offering("epidural-steroid-injection", practice=said.practice, status=None)
    elsewhere = factories.offering()
    assert listings.confirm(Practice.objects.filter(pk=said.practice.pk)) == 1
    confirmed = dict(Offering.objects.values_list("pk", "confirmed_on"))
    assert confirmed == {said.pk: timezone.localdate(), asked.pk: None, elsewhere.pk: None}
    assert Practice.objects.get(pk=said.practice.pk).confirmed_on == timezone.localdate()


def test_a_past_address_leads_to_the_clinic_and_stops_being_past_when_it_is_taken_again():
    clinic = factories.clinic(slug="first")
    for old, new in (("first", "second"), ("second", "first")):
        clinic.slug = new
        clinic.save()
        listings.keep_past_slug(clinic, old)
    assert list(PastSlug.objects.values_list("slug", "clinic")) == [("second", clinic.pk)]
