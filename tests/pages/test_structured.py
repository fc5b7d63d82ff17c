"""What pages tell search engines: nothing that the page does not say, and no way out of its element."""

import json
import re

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db


def told(address: str) -> dict:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', Client().get(address).text, re.DOTALL)
    assert len(found) == 1
    return json.loads(found[0])


def test_a_specialist_is_a_physician_at_offices():
    practice = factories.practice()
    factories.offering(practice=practice, confirmed_on=None)
    said = told(practice.specialist.get_absolute_url())
    assert "Physician" in said["@type"] and said["usNPI"] == str(practice.specialist.npi)
    assert len(said["practicesAt"]) == 1
    assert "availableService" not in said  # only listed: nobody has confirmed it
    assert "Rating" not in json.dumps(said)


def test_what_medicare_paid_for_is_a_service():
    practice = factories.practice()
    factories.offering(practice=practice)
    factories.claims(practice.specialist)
    assert "Adhesiolysis" in json.dumps(told(practice.specialist.get_absolute_url())["availableService"])


def test_a_clinic_is_one():
    practice = factories.practice()
    factories.offering(practice=practice)
    said = told(practice.site.clinic.get_absolute_url())
    assert said["name"] == practice.site.clinic.name and "MedicalClinic" in json.dumps(said["@type"])


def test_a_name_cannot_end_the_element():
    practice = factories.practice(specialist=factories.specialist(family_name="</script><b>"))
    factories.offering(practice=practice)
    assert "</script><b>" in told(practice.specialist.get_absolute_url())["name"]


def test_a_page_has_one_address_and_an_error_has_none():
    page = Client().get("/about/coverage/?procedure=adhesiolysis").text
    assert '<link rel="canonical" href="http://testserver/about/coverage/">' in page
    assert 'rel="canonical"' not in Client().get("/nothing-here/").text


def test_nobody_counts_visitors_by_what_hangs_on_a_link():
    for path in ("/find/", "/about/coverage/", "/compare/"):
        answer = Client().get(path, {"utm_source": "x", "fbclid": "y"})
        assert answer.status_code == 302 and answer["Location"] == path
