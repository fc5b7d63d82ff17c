"""The page to print, for clinics that take no requests here: how it is found, and how it is printed."""

import html

import pytest

from directory import search
from directory.models import Clinic, Offering
from tests.referrals.patient import Form

FIND = "/find/?near=78701&procedure=adhesiolysis"


@pytest.mark.parametrize(
    "close", [lambda: Clinic.objects.update(people_checked_on=None), lambda: Offering.objects.update(status="paused")]
)
@pytest.mark.parametrize("where", ["results", "specialist"])
def test_where_nothing_can_be_sent_both_pages_to_print_are_found(austin, client, where, close):
    close()
    search.rebuild_all()
    person = austin.practice.specialist
    asked = f"practice={austin.practice.pk}&procedure=adhesiolysis"
    page = html.unescape(client.get(FIND if where == "results" else person.get_absolute_url()).content.decode())
    assert f'href="/specialists/{person.slug}/packet/?{asked}"' in page
    assert f'href="/referrals/new/?{asked}&packet=1"' in page
    first = client.get(f"/referrals/new/?{asked}&packet=1")
    assert "Your answers become one page" in first.text
    assert 'name="warning"' in first.text


@pytest.mark.parametrize("where", ["results", "specialist"])
def test_where_a_request_can_be_sent_no_page_to_print_stands_beside_it(austin, client, where):
    page = client.get(FIND if where == "results" else austin.practice.specialist.get_absolute_url()).text
    assert f"/referrals/new/?practice={austin.practice.pk}" in page
    assert "packet=1" not in page


def test_a_clinic_of_which_nothing_is_known_has_the_blank_page_only(austin, client):
    Clinic.objects.update(people_checked_on=None)
    Offering.objects.all().delete()
    search.rebuild_all()
    page = client.get(austin.practice.specialist.get_absolute_url()).text
    assert "Print a packet for this clinic" in page
    assert "packet=1" not in page


def test_the_answers_to_print_have_a_button_for_it_and_say_what_to_do_without(austin, client):
    Clinic.objects.update(people_checked_on=None)
    search.rebuild_all()
    form = Form(client, austin.practice.pk, to_print=True)
    form.fill()
    page = form.post("review", {"warning": "no"}).text
    bar = page.split('class="pk-bar"')[1].split("<article")[0]
    assert "js/print" in page
    assert "<p data-print hidden><button" in bar
    assert "Use your browser’s Print" in bar
