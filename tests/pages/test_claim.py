"""I am this doctor, this is my clinic: what is asked, and that nothing is granted by asking."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from directory import claims, daily, search
from directory.models import Clinic, ListingClaim, Membership, Notice, User
from tests import factories

pytestmark = pytest.mark.django_db

TYPED = {"name": "Maria Lopez", "role": "manager", "email": "Maria@Hill.test", "phone": "(512) 555-0101"}


@pytest.fixture
def practice():
    return factories.practice(clinic=factories.connected_clinic(name="Example Hill Pain", slug="example-hill"))


def send(practice, client=None, **typed):
    return (client or Client()).post("/clinics/claim/", {"npi": practice.specialist.pk} | TYPED | typed)


def days(number: int) -> datetime.datetime:
    return timezone.now() + datetime.timedelta(days=number)


def test_the_pages_of_doctor_and_clinic_lead_to_it_filled_in(practice):
    for page, link in (
        (practice.specialist.get_absolute_url(), f"/clinics/claim/?npi={practice.specialist.pk}"),
        ("/clinics/example-hill/", "/clinics/claim/?clinic=example-hill"),
    ):
        assert f'href="{link}"' in Client().get(page).text
        form = Client().get(link)
        assert form.status_code == 200
        assert f"{practice.site.line1}, {practice.site.city}" in form.text  # nobody has asked to have it hidden


def test_the_foot_of_every_page_leads_to_it():
    assert 'href="/clinics/claim/"' in Client().get("/").text


def test_without_a_listing_it_asks_for_an_npi(practice):
    page = Client().get("/clinics/claim/")
    assert page.status_code == 200
    assert "Find the listing" in page.text
    found = Client().get("/clinics/claim/", {"npi": f" {practice.specialist.pk} "})
    assert str(practice.specialist) in found.text


def test_a_clinic_is_found_by_its_own_npi(practice):
    Clinic.objects.update(npi=factories.fictional_npi())
    number = Clinic.objects.get().npi
    assert "Example Hill Pain" in Client().get(f"/clinics/claim/?npi={number}").text
    answer = Client().post("/clinics/claim/", TYPED | {"npi": number})
    assert answer.status_code == 303
    assert ListingClaim.objects.get().clinic == practice.site.clinic


@pytest.mark.parametrize(
    ("typed", "words"),
    [("", "Enter the ten digits"), ("12", "an NPI has ten digits"), ("1234567890", "check digit"), ("1234567893", "")],
)
def test_an_npi_that_leads_nowhere_is_refused_with_how_to_go_on(typed, words):
    page = Client().get("/clinics/claim/", {"npi": typed})
    assert page.status_code == 400
    assert (words or "We list nobody with this NPI") in page.text
    assert "find the page by name" in page.text.lower()


def test_who_was_taken_out_is_as_unknown_as_who_never_was_in(practice):
    unknown = Client().get(f"/clinics/claim/?npi={factories.fictional_npi()}")
    practice.specialist.suppressed_on = timezone.localdate()
    practice.specialist.save()
    search.rebuild_all()
    taken_out = Client().get(f"/clinics/claim/?npi={practice.specialist.pk}")
    assert taken_out.status_code == unknown.status_code == 400
    assert str(practice.specialist) not in taken_out.text
    assert Client().get("/clinics/claim/?clinic=example-hill").status_code == 404
    assert send(practice).status_code == 400
    assert not ListingClaim.objects.exists()


def test_a_claim_is_kept_and_grants_nothing(practice):
    answer = send(practice)
    assert (answer.status_code, answer["Location"]) == (303, "/clinics/claim/?sent=1")
    claim = ListingClaim.objects.get()
    assert (claim.name, claim.role, claim.email, claim.phone) == (
        "Maria Lopez",
        "manager",
        "maria@hill.test",
        "+15125550101",
    )
    assert (claim.state, claim.specialist, list(claim.sites.all())) == ("waiting", practice.specialist, [practice.site])
    assert not User.objects.exists()
    assert not Membership.objects.exists()
    page = Client().get(answer["Location"]).text
    assert "Nothing is changed yet" in page
    assert "within 30 days" in page


def test_with_several_offices_one_says_for_which(practice):
    second = factories.practice(specialist=practice.specialist)
    assert "Choose at least one office" in send(practice).text
    send(practice, sites=[second.site.pk])
    assert list(ListingClaim.objects.get().sites.all()) == [second.site]


def test_offices_of_others_cannot_be_claimed_along(practice):
    factories.practice(specialist=practice.specialist)
    others = factories.practice().site
    assert "Choose among the offices on this page" in send(practice, sites=[others.pk]).text
    assert not ListingClaim.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Enter your name"),
        ("role", "", "Say what you do there"),
        ("role", "owner", "Say what you do there"),
        ("email", "", "Enter your e-mail address at work"),
        ("email", "maria", "Enter the e-mail address like"),
        ("phone", "", "Enter the phone number"),
        ("phone", "12", "A phone number has ten digits"),
        ("phone", "555-0186", "A phone number has ten digits"),
        ("phone", "(012) 555-0186", "No phone number begins like this"),
        ("phone", "+44 20 7946 0958", "A phone number has ten digits"),
    ],
)
def test_mistakes_are_said_at_the_top_and_keep_what_was_typed(practice, field, value, words):
    page = send(practice, **{field: value})
    assert page.status_code == 200
    assert "One answer needs another look" in page.text
    assert page.text.count(words) == 2
    assert not ListingClaim.objects.exists()
    kept = "Maria Lopez" if field != "name" else "Maria@Hill.test"
    assert kept in page.text


def test_the_same_claim_twice_is_one_and_the_answer_does_not_tell(practice):
    assert send(practice)["Location"] == send(practice, name="Somebody Else")["Location"]
    assert ListingClaim.objects.count() == 1
    assert send(practice, email="kim@hill.test").status_code == 303
    assert ListingClaim.objects.count() == 2


def test_what_is_sent_again_with_the_same_address_mends_the_claim_that_waits(practice):
    second = factories.practice(specialist=practice.specialist)
    send(practice, sites=[practice.site.pk])
    send(practice, sites=[second.site.pk], name="María López", role="specialist", phone="(512) 555-0102")
    claim = ListingClaim.objects.get()
    assert (claim.name, claim.role, claim.phone) == ("María López", "specialist", "+15125550102")
    assert set(claim.sites.all()) == {practice.site, second.site}


def test_of_a_claim_sent_again_only_clinics_hear_that_did_not_know(practice):
    second = factories.practice(specialist=practice.specialist, clinic=factories.connected_clinic())
    send(practice, sites=[practice.site.pk])
    Notice.objects.update(taken_at=timezone.now())
    send(practice, sites=[practice.site.pk])
    assert not Notice.objects.waiting().exists()
    send(practice, sites=[second.site.pk])
    assert [notice.clinic for notice in Notice.objects.waiting()] == [second.site.clinic]


def test_what_is_sent_again_after_the_decision_is_another_claim(practice, operator):
    send(practice)
    claims.decline(ListingClaim.objects.get(), by=operator, reason="not_known")
    send(practice, name="Somebody Else")
    assert [(claim.name, claim.state) for claim in ListingClaim.objects.all()] == [
        ("Maria Lopez", "declined"),
        ("Somebody Else", "waiting"),
    ]


def test_an_address_claims_so_many_a_day(practice, settings):
    settings.FORMS_PER_DAY = 1
    send(practice)
    refused = send(practice, email="kim@hill.test")
    assert (refused.status_code, refused["Retry-After"]) == (429, "86400")
    assert "kim@hill.test" in refused.text
    assert ListingClaim.objects.count() == 1


def test_a_form_from_another_site_is_not_taken(practice):
    assert send(practice, client=Client(enforce_csrf_checks=True)).status_code == 403
    assert not ListingClaim.objects.exists()


def test_it_is_kept_by_no_cache_and_no_search_engine(practice):
    for answer in (Client().get("/clinics/claim/"), send(practice), send(practice, name="")):
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"


def test_no_clinic_can_take_the_address_of_this_page(practice):
    with pytest.raises(Exception, match="clinic_slug_is_no_page_of_the_site"):
        factories.clinic(slug="claim")


def test_operator_and_each_clinic_concerned_are_told_nobody_else(practice, settings):
    settings.OPERATOR_EMAIL = "operator@pain.test"
    second = factories.practice(specialist=practice.specialist)  # of a clinic without an address
    send(practice, sites=[practice.site.pk, second.site.pk])
    page = "/admin/directory/listingclaim/"
    assert sorted(Notice.objects.values_list("reader", "page", "clinic")) == [
        ("clinic", page, practice.site.clinic.pk),
        ("operator", page, None),
    ]


def test_many_claims_make_one_mail_a_day_to_each(practice, settings):
    settings.OPERATOR_EMAIL, settings.FORMS_PER_DAY = "operator@pain.test", 20
    for number in range(8):
        send(practice, email=f"kim{number}@hill.test")
        Notice.objects.filter(due_at__lte=timezone.now()).update(taken_at=timezone.now())
    assert Notice.objects.filter(taken_at__isnull=False).count() == 2
    assert sorted(Notice.objects.waiting().values_list("reader", flat=True)) == ["clinic", "operator"]
    assert Notice.objects.waiting().earliest("due_at").due_at > days(1) - datetime.timedelta(minutes=5)


def test_a_mail_about_claims_that_were_decided_meanwhile_is_not_sent(practice, settings):
    settings.OPERATOR_EMAIL = "operator@pain.test"
    send(practice)
    send(practice, email="kim@hill.test")
    first, second = ListingClaim.objects.all()
    claims.decline(first, by=factories.operator(), reason="not_known")
    assert Notice.objects.filter(kind="claim").count() == 2
    claims.decline(second, by=factories.operator(), reason="not_known")
    assert not Notice.objects.filter(kind="claim").exists()


# ---- decided --------------------------------------------------------------------------------------------------------


@pytest.fixture
def operator():
    return factories.operator()


def approve(claim, operator, **given):
    return claims.approve(claim, by=operator, checked_by="called", clinics=claims.clinics_of(claim), **given)


def test_approved_a_log_in_without_a_password_is_let_into_the_clinic(practice, operator):
    claim = factories.listing_claim(practice)
    user = approve(claim, operator)
    assert (user.email, user.is_staff, user.is_superuser) == (claim.email, True, False)
    assert not user.has_usable_password()
    assert Membership.objects.get().clinic == practice.site.clinic
    claim.refresh_from_db()
    assert (claim.state, claim.checked_by, claim.decided_by, claim.person) == ("approved", "called", operator, user)
    assert list(claim.granted.all()) == [practice.site.clinic]


def test_approving_is_the_check_of_the_clinics_people_and_the_search_follows(operator):
    clinic = factories.connected_clinic(people_checked_on=None)
    offering = factories.offering(practice=factories.practice(clinic=clinic))
    approve(factories.listing_claim(offering.practice), operator)
    clinic.refresh_from_db()
    assert clinic.people_checked_on == timezone.localdate()
    page = Client().get(offering.practice.specialist.get_absolute_url()).text
    assert "Request an appointment" in page


def test_without_a_confirmed_address_an_approved_clinic_takes_no_requests(operator):
    practice = factories.practice()
    approve(factories.listing_claim(practice), operator)
    practice.site.clinic.refresh_from_db()
    assert not practice.site.clinic.connected


def test_only_clinics_of_the_claim_can_be_given_and_one_has_to_be(practice, operator):
    claim = factories.listing_claim(practice)
    for clinics in ([], [factories.clinic()]):
        with pytest.raises(claims.NothingToGrant):
            claims.approve(claim, by=operator, checked_by="called", clinics=clinics)
    assert not User.objects.filter(is_superuser=False).exists()


def test_of_two_clinics_the_operator_may_grant_one(practice, operator):
    second = factories.practice(specialist=practice.specialist)
    claim = factories.listing_claim(practice)
    claim.sites.add(second.site)
    claims.approve(claim, by=operator, checked_by="letter", clinics=[second.site.clinic])
    assert [membership.clinic for membership in Membership.objects.all()] == [second.site.clinic]


def test_who_has_a_log_in_keeps_it(practice, operator):
    there = factories.member(factories.clinic(), email="kim@hill.test")
    user = approve(factories.listing_claim(practice, email="kim@hill.test"), operator)
    assert user == there
    assert user.has_usable_password()
    assert user.memberships.count() == 2


def test_a_log_in_that_was_switched_off_stays_so(practice, operator):
    factories.user("kim@hill.test", is_active=False)
    claim = factories.listing_claim(practice, email="kim@hill.test")
    with pytest.raises(claims.PersonSwitchedOff):
        approve(claim, operator)
    claim.refresh_from_db()
    assert claim.is_waiting
    assert not Membership.objects.exists()


def test_two_who_claim_the_same_clinic_both_wait_until_somebody_has_spoken_with_them(practice, operator):
    claim = factories.listing_claim(practice)
    colleague = factories.practice(clinic=practice.site.clinic)
    rival = factories.listing_claim(colleague)
    for each in (claim, rival):
        with pytest.raises(claims.OthersConcerned):
            approve(each, operator)
    assert not Membership.objects.exists()
    approve(claim, operator, spoke_with_all=True)
    assert Membership.objects.get().user.email == claim.email
    with pytest.raises(claims.OthersConcerned):  # nobody else waits any more, but somebody is there now
        approve(rival, operator)


def test_nobody_is_let_in_beside_those_who_keep_a_clinic_before_they_were_spoken_with(practice, operator):
    keeper = factories.member(practice.site.clinic)
    claim = factories.listing_claim(practice)
    with pytest.raises(claims.OthersConcerned):
        approve(claim, operator)
    claim.refresh_from_db()
    assert claim.is_waiting
    assert [membership.user for membership in Membership.objects.all()] == [keeper]
    approve(claim, operator, spoke_with_all=True)
    assert Membership.objects.count() == 2


def test_whose_log_in_was_switched_off_or_who_asks_for_more_has_not_to_be_spoken_with(practice, operator):
    factories.member(practice.site.clinic, is_active=False)
    factories.member(practice.site.clinic, email="kim@hill.test")
    assert approve(factories.listing_claim(practice, email="kim@hill.test"), operator).email == "kim@hill.test"


def test_a_clinic_is_told_at_its_confirmed_address_that_somebody_was_let_in(practice, operator):
    second = factories.practice(specialist=practice.specialist)  # of a clinic without an address
    claim = factories.listing_claim(practice)
    claim.sites.add(second.site)
    approve(claim, operator)
    page = f"/admin/directory/listingclaim/{claim.pk}/change/"
    told = list(Notice.objects.values_list("kind", "reader", "clinic", "page"))
    assert told[0] == ("let_in", "clinic", practice.site.clinic.pk, page)  # before the person has the link
    assert [kind for kind, *_rest in told] == ["let_in", "claim_approved"]


def test_who_decided_can_leave_and_what_was_decided_stays(practice, operator):
    approved, declined = factories.listing_claim(practice), factories.listing_claim(factories.practice())
    approve(approved, operator)
    claims.decline(declined, by=operator, reason="not_known")
    operator.delete()
    for claim, state in ((approved, "approved"), (declined, "declined")):
        claim.refresh_from_db()
        assert (claim.state, claim.decided_by, claim.decided_at is None) == (state, None, False)


def test_a_claim_is_decided_once(practice, operator):
    claim, same = factories.listing_claim(practice), ListingClaim.objects.get()
    claims.decline(claim, by=operator, reason="not_known")
    with pytest.raises(claims.ClaimDecided):
        approve(same, operator)
    with pytest.raises(claims.ClaimDecided):
        claims.decline(same, by=operator, reason="no_right")
    assert not User.objects.filter(is_superuser=False).exists()
    same.refresh_from_db()
    assert (same.state, same.reason) == ("declined", "not_known")


# ---- the clock ------------------------------------------------------------------------------------------------------


def test_what_nobody_decides_runs_out_and_the_claimant_is_told(practice, settings):
    settings.CLAIM_LASTS_DAYS = 30
    claim = factories.listing_claim(practice)
    daily.run(days(29))
    claim.refresh_from_db()
    assert claim.is_waiting
    daily.run(days(31))
    claim.refresh_from_db()
    assert (claim.state, claim.decided_by) == ("expired", None)
    assert Notice.objects.get().kind == "claim_expired"
    assert send(practice, email=claim.email).status_code == 303  # it can be sent again


def test_contact_data_go_after_their_time_and_what_was_decided_stays(practice, operator, settings):
    settings.CLAIM_DATA_DAYS = 30
    claim = factories.listing_claim(practice)
    claims.decline(claim, by=operator, reason="not_known")
    Notice.objects.update(taken_at=timezone.now())
    daily.run(days(29))
    claim.refresh_from_db()
    assert claim.email
    daily.run(days(31))
    claim.refresh_from_db()
    assert (claim.name, claim.email, claim.phone) == ("", "", "")
    assert (claim.reason, claim.decided_by, claim.forgotten_at is None) == ("not_known", operator, False)


def test_contact_data_stay_until_the_mail_about_the_decision_has_had_its_time(practice, operator):
    claim = factories.listing_claim(practice)
    claims.decline(claim, by=operator, reason="not_known")
    assert claims.forget(days(400)) == 0
    Notice.objects.update(taken_at=days(399))
    assert claims.forget(days(400)) == 0
    assert claims.forget(days(407)) == 1


def test_a_claim_that_waits_is_not_forgotten(practice):
    factories.listing_claim(practice)
    assert claims.forget(days(4000)) == 0
