"""The form of a request, from its address to what is stored; and everything that stores nothing."""

import pytest
from django.test import Client

from directory import search
from directory.models import Clinic, Offering, Practice, Site
from referrals import moves
from referrals.intake import questions
from referrals.models import Delivery, Referral, ReferralLink
from tests import factories
from tests.referrals.patient import CONTENT, TYPED, link_of, open_form, send


def nothing_is_stored() -> bool:
    return not any(model.objects.exists() for model in (Referral, Delivery, ReferralLink))


def test_a_filled_in_form_becomes_a_request_and_leads_to_its_private_page(austin, client):
    answer = send(client, open_form(client, austin.practice.pk))
    assert answer.status_code == 303
    referral = Referral.objects.get()
    assert referral.unseal() == CONTENT
    assert (referral.practice, referral.clinic) == (austin.practice, austin.clinic)
    assert referral.consent_version == questions.CONSENT_VERSION
    page = client.get(link_of(answer))
    assert page.status_code == 200
    assert "Your request was sent" in page.text
    assert "Keep this address" in page.text


def test_the_form_works_with_the_security_checks_of_a_real_browser(austin):
    browser = Client(enforce_csrf_checks=True)
    typed = open_form(browser, austin.practice.pk)
    assert send(browser, typed).status_code == 403
    assert nothing_is_stored()
    typed["csrfmiddlewaretoken"] = browser.cookies["csrftoken"].value
    assert send(browser, typed).status_code == 303


def test_the_page_says_what_a_patient_must_know(austin, client):
    text = client.get("/referrals/new/", {"practice": austin.practice.pk, "procedure": "adhesiolysis"}).text
    assert text.count("It is not an insurer’s referral or approval") == 1
    assert text.count("Thoughts of suicide: call or text") == text.count("<textarea") == 3
    assert "Share these answers with <strong>Hill Country Pain</strong>" in text
    assert text.index("new or worse in the last two weeks") < text.index("Name of the patient")
    assert "checked" not in text
    assert "nobody will read your request" in text  # the people of these tests are fictional, as in a demonstration
    assert text.count("<script") == 1  # carry.js, which may fill in answers from the check


def test_neither_caches_nor_search_engines_keep_the_form(austin, client):
    page = client.get("/referrals/new/", {"practice": austin.practice.pk, "procedure": "adhesiolysis"})
    assert page["Cache-Control"] == "no-store"
    assert page["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("answer", ["yes", "not_sure"])
def test_a_warning_sign_stops_everything_and_keeps_nothing(austin, client, answer):
    page = send(client, open_form(client, austin.practice.pk) | {"warning": answer, "name": ""})
    assert page.status_code == 200
    assert "Call 911 or go to an emergency department. Do not wait for this form." in page.text
    assert 'href="tel:911"' in page.text
    assert nothing_is_stored()


def test_a_warning_sign_stops_even_what_could_not_have_been_sent_anyway(austin, client):
    Clinic.objects.update(people_checked_on=None)
    search.rebuild_all()
    assert "Get help now" in send(client, {"warning": "yes", "practice": "0"}).text


def test_a_long_standing_sign_goes_on_and_stands_first_in_what_the_clinic_reads(austin, client):
    send(client, open_form(client, austin.practice.pk))
    first, *others = questions.as_read(Referral.objects.get().unseal().answers)
    assert first.warning
    assert first.lines[0].value == TYPED["warning_text"]
    assert not any(section.warning for section in others)


def test_no_sign_at_all_is_said_at_the_end_and_keeps_no_text_about_signs(austin, client):
    send(client, open_form(client, austin.practice.pk) | {"warning": "no"})
    answers = Referral.objects.get().unseal().answers
    assert answers["warning_text"] == ""
    assert not any(section.warning for section in questions.as_read(answers))


def test_sending_the_same_form_twice_makes_one_request_and_shows_the_same_outcome(austin, client):
    typed = open_form(client, austin.practice.pk)
    first, second = send(client, typed), send(client, typed)
    assert Referral.objects.count() == Delivery.objects.count() == 1
    reference = Referral.objects.get().reference
    assert reference in client.get(link_of(first)).text
    assert reference in client.get(link_of(second)).text


def test_another_answer_in_a_form_that_was_sent_changes_nothing_and_says_so(austin, client):
    typed = open_form(client, austin.practice.pk)
    send(client, typed)
    sealed = bytes(Referral.objects.get().name)
    response = send(client, typed | {"name": "Somebody Else"})
    assert response.status_code == 409
    assert "This form was sent already" in response.text
    assert bytes(Referral.objects.get().name) == sealed
    assert ReferralLink.objects.count() == 1


def test_a_form_whose_request_was_taken_back_does_not_lead_to_it_again(austin, client):
    typed = open_form(client, austin.practice.pk)
    send(client, typed)
    moves.withdraw(Referral.objects.get())
    assert send(client, typed).status_code == 409


def test_a_retry_finds_its_request_even_if_the_clinic_has_paused_since(austin, client):
    typed = open_form(client, austin.practice.pk)
    send(client, typed)
    Offering.objects.update(status="paused")
    search.rebuild_all()
    assert send(client, typed).status_code == 303
    assert Referral.objects.count() == 1


def test_two_forms_are_two_requests(austin, client):
    for _ in range(2):
        assert send(client, open_form(client, austin.practice.pk)).status_code == 303
    assert Referral.objects.count() == 2


@pytest.mark.parametrize("key", ["", "made-up", "made-up:1abcde:nonsense"])
def test_a_form_that_is_not_ours_or_too_old_is_shown_again_with_everything_in_it(austin, client, key):
    page = send(client, open_form(client, austin.practice.pk) | {"form_key": key})
    assert page.status_code == 200
    assert "open for a long time" in page.text
    assert TYPED["stops"] in page.text
    assert nothing_is_stored()
    renewed = page.text.split('name="form_key" value="')[1].split('"')[0]
    assert send(client, open_form(client, austin.practice.pk) | {"form_key": renewed}).status_code == 303


WRONG = [
    ({"warning": ""}, "id_warning_0", "Say whether any of these signs is new or worse"),
    ({"warning": "perhaps"}, "id_warning_0", "Say whether any of these signs is new or worse"),
    ({"warning_text": ""}, "id_warning_text", "Say which sign it is, since when, and which doctor knows"),
    ({"name": "  "}, "id_name", "Enter the name of the patient"),
    ({"name": "x" * 121}, "id_name", "Shorten the name to 120 characters"),
    ({"email": "", "phone": ""}, "id_email", "Enter an e-mail address or a phone number"),
    ({"email": "quokka"}, "id_email", "Enter the e-mail address like eleanor@example.org"),
    ({"phone": "555"}, "id_phone", "Enter the phone number with its area code"),
    ({"phone": "call me"}, "id_phone", "Enter the phone number with its area code"),
    ({"birth_month": "", "birth_day": "", "birth_year": ""}, "id_birth_month", "Enter your date of birth"),
    ({"birth_month": "Sept"}, "id_birth_month", "Enter the month as a number from 1 to 12"),
    ({"birth_month": "13"}, "id_birth_month", "Enter the month as a number from 1 to 12"),
    ({"birth_month": "2", "birth_day": "30"}, "id_birth_day", "this month does not have that many"),
    ({"birth_day": "x"}, "id_birth_day", "Enter the day as a number from 1 to 31"),
    ({"birth_year": "57"}, "id_birth_year", "Enter the year with four digits"),
    ({"birth_year": "2099"}, "id_birth_year", "still to come"),
    ({"birth_year": "2015"}, "id_birth_year", "This form is for adults, 18 or older"),
    ({"pain_where": []}, "id_pain_where_0", "Say where the pain is"),
    ({"pain_where": ["neck", "unknown"]}, "id_pain_where_0", "I don’t know, or it moves” and something else"),
    ({"pain_goes": ""}, "id_pain_goes_0", "Say whether the pain goes into a leg or an arm"),
    ({"pain_month": "3", "pain_year": ""}, "id_pain_year", "Enter the year with four digits"),
    ({"pain_month": "Setp"}, "id_pain_month", "Enter the month as a number from 1 to 12"),
    ({"tried": []}, "id_tried_0", "Say what you have tried"),
    ({"tried": ["none", "medicines"]}, "id_tried_0", "None of these” and something else"),
    ({"mri": ""}, "id_mri_0", "Say whether you have had an MRI"),
    ({"pain_month": "", "pain_year": ""}, "id_pain_year", "or tick “I don’t know”"),
    ({"mri_year": ""}, "id_mri_year", "or tick “I don’t know”"),
    ({"stops": "x" * 2001}, "id_stops", "Shorten this text to 2000 characters; it has 2001"),
    ({"stops": "a\0b"}, "id_stops", "Null characters are not allowed"),
    ({"consent": ""}, "id_consent", "Tick the box to share your answers with the clinic"),
    ({"website": "https://example.org"}, "id_website", "It is there to stop robots"),
]


@pytest.mark.parametrize(("change", "target", "words"), WRONG)
def test_each_mistake_is_named_with_how_to_mend_it_and_nothing_typed_is_lost(austin, client, change, target, words):
    page = send(client, open_form(client, austin.practice.pk) | change)
    assert page.status_code == 200
    assert "<title>Error:" in page.text
    assert f'<li><a href="#{target}">' in page.text
    assert f'id="{target}"' in page.text
    assert words in page.text
    assert "One answer needs another look" in page.text
    assert page.text.count("usa-error-message") == (0 if target == "id_website" else 1)
    kept = [field for field in ("name", "stops", "tried_text") if field not in change]
    assert all(TYPED[field] in page.text for field in kept)
    assert TYPED["name"] not in page.wsgi_request.get_full_path()
    assert nothing_is_stored()


def test_an_empty_form_lists_all_its_mistakes_in_the_order_of_the_page(austin, client):
    typed = open_form(client, austin.practice.pk)
    page = send(client, {name: typed[name] for name in ("practice", "procedure", "form_key")})
    targets = [part.split('"')[0] for part in page.text.split('<li><a href="#')[1:]]
    assert targets == [
        "id_warning_0",
        "id_name",
        "id_birth_month",
        "id_email",
        "id_pain_where_0",
        "id_pain_goes_0",
        "id_pain_year",
        "id_tried_0",
        "id_mri_0",
        "id_consent",
    ]


def test_i_do_not_know_is_an_answer_everywhere(austin, client):
    unknown = {
        "warning": "no",
        "pain_where": ["unknown"],
        "pain_goes": "unknown",
        "pain_month": "",
        "pain_year": "",
        "pain_unknown": "on",
        "tried": ["unknown"],
        "mri": "unknown",
        "stops": "",
        "tried_text": "",
    }
    assert send(client, open_form(client, austin.practice.pk) | unknown).status_code == 303
    answers = Referral.objects.get().unseal().answers
    assert (answers["pain_since"], answers["mri_on"]) == ("unknown", "")
    assert all(line.value for section in questions.as_read(answers) for line in section.lines)


def test_a_date_that_is_still_to_come_is_refused(austin, client, time_machine):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    typed = open_form(client, austin.practice.pk) | {"pain_month": "12", "pain_year": "2026"}
    assert "Check month and year: this is still to come" in send(client, typed).text
    assert send(client, typed | {"pain_month": "11"}).status_code == 303


@pytest.mark.parametrize("contact", [{"email": ""}, {"phone": ""}])
def test_one_way_to_be_reached_is_enough(austin, client, contact):
    assert send(client, open_form(client, austin.practice.pk) | contact).status_code == 303


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("512-555-0186", "+15125550186"),
        ("+1 512 555 0186", "+15125550186"),
        ("(512) 555-0186 ext. 7", "+15125550186;ext=7"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_phone_numbers_are_kept_in_one_form(austin, client, typed, kept):
    send(client, open_form(client, austin.practice.pk) | {"phone": typed})
    assert Referral.objects.get().unseal().phone == kept


def test_someone_is_an_adult_on_the_eighteenth_birthday(austin, client, time_machine):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    typed = open_form(client, austin.practice.pk) | {"birth_year": "2008", "birth_month": "11", "birth_day": "24"}
    assert send(client, typed | {"birth_day": "25"}).status_code == 200
    assert send(client, typed).status_code == 303


@pytest.mark.parametrize("practice", ["999999", "abc", "", "-1", "0", "9" * 40, "٣", "1\0", "😀"])
def test_a_practice_that_does_not_exist_is_404_in_both_ways(austin, client, practice):
    asked = {"practice": practice, "procedure": "adhesiolysis"}
    assert client.get("/referrals/new/", asked).status_code == 404
    assert send(client, open_form(client, austin.practice.pk) | asked).status_code == 404
    assert nothing_is_stored()


def test_a_practice_that_is_no_longer_listed_is_404(austin, client):
    typed = open_form(client, austin.practice.pk)
    Site.objects.update(hidden=True)
    search.rebuild_all()
    assert send(client, typed).status_code == 404
    assert nothing_is_stored()


@pytest.mark.parametrize("procedure", ["", "nonsense", "spinal-cord-stimulation", "😀", "x" * 5000, "a\0"])
def test_a_procedure_that_is_not_offered_there_is_400_with_what_is(austin, client, procedure):
    asked = {"practice": austin.practice.pk, "procedure": procedure}
    for page in (
        client.get("/referrals/new/", asked),
        send(client, open_form(client, austin.practice.pk) | asked),
    ):
        assert page.status_code == 400
        assert f"practice={austin.practice.pk}&amp;procedure=adhesiolysis" in page.text
    assert nothing_is_stored()


def test_a_stopped_procedure_is_not_offered(austin, client):
    typed = open_form(client, austin.practice.pk)
    Offering.objects.update(status="stopped")
    search.rebuild_all()
    assert send(client, typed).status_code == 400
    assert nothing_is_stored()


NOT_JOINED = "This clinic has not joined. Nothing was sent."
NOT_NOW = "This clinic takes no requests for this now. Nothing was sent."


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda: Clinic.objects.update(people_checked_on=None), NOT_JOINED),
        (lambda: Clinic.objects.update(notification_email_confirmed_at=None), NOT_JOINED),
        (lambda: Offering.objects.update(status="paused"), NOT_NOW),
        (lambda: Offering.objects.update(status=None), NOT_NOW),
        (lambda: Practice.objects.update(accepting_new_patients=False), NOT_NOW),
    ],
)
def test_where_requests_are_not_online_nothing_is_stored_and_the_phone_is_given(austin, client, change, words):
    typed = open_form(client, austin.practice.pk)
    change()
    search.rebuild_all()
    opened = client.get("/referrals/new/", {"practice": austin.practice.pk, "procedure": "adhesiolysis"})
    sent = send(client, typed)
    mistyped = send(client, typed | {"name": ""})
    assert (opened.status_code, sent.status_code, mistyped.status_code) == (200, 409, 409)
    for page in (opened, sent, mistyped):
        assert words in page.text
        assert f'href="tel:{austin.practice.phone}"' in page.text
        assert TYPED["name"] not in page.text
    assert nothing_is_stored()


def test_the_nearest_three_that_take_requests_are_offered_instead(austin, client):
    Clinic.objects.filter(pk=austin.clinic.pk).update(people_checked_on=None)
    search.rebuild_all()
    here = austin.practice.site

    def office(name, degrees_north, **changes):
        clinic = changes.pop("clinic", None) or factories.connected_clinic()
        site = factories.site(clinic=clinic, latitude=here.latitude + degrees_north, longitude=here.longitude)
        person = changes.pop("person", None) or factories.specialist(family_name=name)
        accepting = changes.pop("accepting", None)
        practice = factories.practice(specialist=person, site=site, accepting_new_patients=accepting)
        return factories.offering(practice=practice, **changes)

    nearest = office("Nearest", 0.1)
    office("Nearest", 0.15, person=nearest.practice.specialist)
    office("Third", 0.5)
    office("Second", 0.3, accepting=True)
    office("Fourth", 0.6)
    office("Paused", 0.05, status="paused")
    office("Full", 0.05, accepting=False)
    office("Unjoined", 0.05, clinic=factories.clinic())
    office("Other", 0.05, procedure_slug="epidural-steroid-injection")
    text = client.get("/referrals/new/", {"practice": austin.practice.pk, "procedure": "adhesiolysis"}).text
    shown = text.split('class="nlist"')[1].split("</ol>")[0]
    assert [name for name in ("Nearest", "Second", "Third", "Fourth") if name in shown] == [
        "Nearest",
        "Second",
        "Third",
    ]
    assert shown.index("Nearest") < shown.index("Second") < shown.index("Third")
    assert shown.count("<li>") == 3
    assert '<b class="num">6.9</b>' in shown
    assert f"practice={nearest.practice.pk}&amp;procedure=adhesiolysis" in shown


def test_without_a_trusted_point_or_neighbours_the_page_still_leads_on(austin, client):
    Clinic.objects.update(people_checked_on=None)
    search.rebuild_all()
    text = client.get("/referrals/new/", {"practice": austin.practice.pk, "procedure": "adhesiolysis"}).text
    assert "/find/?near=78701&amp;procedure=adhesiolysis" in text
    Site.objects.update(latitude=None, longitude=None, location_precision=None)
    search.rebuild_all()
    assert (
        client.get("/referrals/new/", {"practice": austin.practice.pk, "procedure": "adhesiolysis"}).status_code == 200
    )


def test_the_number_of_queries_does_not_grow_with_what_else_is_there(austin, client, django_assert_max_num_queries):
    for _ in range(5):
        moves.withdraw(austin.referral())
    typed = open_form(client, austin.practice.pk)
    with django_assert_max_num_queries(16):
        assert send(client, typed).status_code == 303


def test_markup_in_answers_stays_text(austin, client):
    page = send(client, open_form(client, austin.practice.pk) | {"name": "", "stops": "<script>alert(1)</script>"})
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text
