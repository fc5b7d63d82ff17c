"""The mails of a demonstration are shown on a page, on its own machine only."""

import pytest

from directory import search
from directory.models import Specialist
from referrals.deliveries import worker
from referrals.models import ReferralLink
from tests.referrals.mailbox import real

PAGE = "/demo/mails/"


@pytest.fixture
def folder(settings, tmp_path):
    backend = "django.core.mail.backends.filebased.EmailBackend"
    made = tmp_path / "mail"
    settings.MAILERS = {**settings.MAILERS, "folder": {"BACKEND": backend, "OPTIONS": {"file_path": str(made)}}}
    return made


@pytest.fixture
def here(client):
    """A browser on the machine of the demonstration."""
    client.defaults["HTTP_HOST"] = "localhost"
    return client


def test_what_would_have_been_sent_stands_there_with_links_to_follow(austin, folder, here):
    assert "There are none yet" in here.get(PAGE).text
    first, second = austin.referral(), austin.referral()
    worker.run_once()
    page = here.get(PAGE)
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "no-referrer"
    text = page.text
    assert f"To {austin.clinic.notification_email}" in text
    for referral in (first, second):
        assert f"A new request is waiting ({referral.reference})" in text
        assert f'<a href="http://testserver/admin/referrals/referral/{referral.pk}/change/">' in text


def test_markup_in_a_mail_stays_text(austin, folder, here):
    austin.clinic.name = "Pain <b>& Co</b>"
    austin.clinic.save()
    search.rebuild_all()
    austin.referral()
    worker.run_once()
    assert "Pain &lt;b&gt;&amp; Co&lt;/b&gt;" in here.get(PAGE).text


@pytest.mark.parametrize(
    "elsewhere", [{"HTTP_HOST": "testserver"}, {"REMOTE_ADDR": "203.0.113.9"}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}]
)
def test_no_other_machine_sees_them(austin, folder, here, elsewhere):
    assert here.get(PAGE).status_code == 200
    assert here.get(PAGE, **elsewhere).status_code == 404


def test_a_directory_that_is_no_demonstration_has_no_such_page(austin, folder, here):
    real(austin)
    assert not Specialist.objects.fictional().exists()
    assert here.get(PAGE).status_code == 404


def test_the_patients_page_leads_there_on_that_machine_only(austin, folder, here):
    address = f"/referrals/{ReferralLink.objects.issue(austin.referral())}/"
    assert f'href="{PAGE}"' in here.get(address).text
    assert f'href="{PAGE}"' not in here.get(address, HTTP_HOST="testserver").text
