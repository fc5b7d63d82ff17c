"""The requests of fictional patients that the demonstration's first clinic finds in its inbox."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from directory.demo import austin
from directory.models import Clinic, Membership
from referrals import demo
from referrals.intake import redflags
from referrals.intake.questions import VERSIONS, Kind
from referrals.models import Delivery, Referral, Step
from referrals.states import State
from tests import factories
from tests.admin.world import logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    """As the demonstration has it: connected, with its front desk, and with one who does it."""
    clinic = factories.connected_clinic(name=austin.HILL_COUNTRY, slug="hill-country-pain")
    practice = factories.practice(site=factories.site(clinic=clinic), specialist=factories.specialist())
    factories.offering(practice=practice, needs_mri_months=12, needs_prescriber_word=True)
    factories.member(clinic, email="front-desk@hill-country-pain.example.org")
    return clinic


def test_there_is_one_of_each_kind_that_waits_and_none_twice(clinic, capsys):
    call_command("load_demo_requests")
    assert "6 requests" in capsys.readouterr().out
    stands = sorted(Referral.objects.values_list("state", flat=True))
    assert stands == sorted(
        [State.SUBMITTED, State.SUBMITTED, State.SUBMITTED, State.RECEIVED, State.NEEDS_INFORMATION, State.SCHEDULED]
    )
    assert Step.objects.filter(move="start").count() == 3
    assert Delivery.objects.exists()
    call_command("load_demo_requests")
    assert "No request was made" in capsys.readouterr().out
    assert Referral.objects.count() == 6


def test_the_front_desk_reads_them_warning_sign_first(clinic):
    demo.load()
    staff = logged_in(Membership.objects.get(clinic=clinic).user)
    text = staff.get(reverse("admin:referrals_referral_changelist")).content.decode()
    assert text.index("Eleanor M.") < text.index("Walter P.")
    assert "Contact not checked" in text
    for referral in Referral.objects.all():
        assert staff.get(reverse("admin:referrals_referral_change", args=[referral.pk])).status_code == 200


def test_every_answer_is_one_that_the_form_could_have_given(clinic):
    demo.load()
    for referral in Referral.objects.all():
        answers = referral.unseal().answers
        asked = {
            question.name: question for theme in VERSIONS[answers["questions"]].themes for question in theme.questions
        }
        for name, answer in answers.items():
            question = asked.get(name)
            if name == "milder":
                assert set(redflags.Milder.values).issuperset(answer)
            if question is None:
                assert name in {"warning", "warning_text", "milder", "readiness", "questions"}, name
                continue
            assert question.is_asked(answers), name
            if question.choices and question.kind is not Kind.TICK:
                given = answer if isinstance(answer, list) else [answer]
                assert {choice.code for choice in question.choices}.issuperset(given), name


def test_without_the_demonstration_nothing_is_made():
    factories.offering(practice=factories.practice(clinic=factories.connected_clinic(name="Another Clinic")))
    assert demo.load() == 0
    assert not Referral.objects.exists()
