"""Log-in by e-mail address; the demonstration's log-ins open nothing from elsewhere."""

import pytest

from directory.models import User
from tests import factories

pytestmark = pytest.mark.django_db
LOOPBACK = {"HTTP_HOST": "127.0.0.1:8000", "REMOTE_ADDR": "127.0.0.1"}


def log_in(client, email: str, password: str = factories.PASSWORD, **request):
    return client.post("/admin/login/", {"username": email, "password": password}, **LOOPBACK | request)


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.fixture
def real() -> User:
    return factories.user("kim@hillcountry.test", is_staff=True)


@pytest.fixture
def demo() -> User:
    return factories.user("operator@example.org", is_staff=True, is_superuser=True)


@pytest.mark.parametrize("typed", ["kim@hillcountry.test", "Kim@HillCountry.test", " kim@hillcountry.test "])
def test_staff_log_in_by_e_mail_address_however_it_is_written(client, real, typed):
    assert log_in(client, typed).status_code == 302
    assert is_in(client)


def test_a_wrong_password_is_refused(client, real):
    assert "e-mail address" in log_in(client, real.email, "wrong").content.decode().lower()
    assert not is_in(client)


def test_who_is_not_staff_is_refused(client):
    factories.user("patient@hillcountry.test")
    log_in(client, "patient@hillcountry.test")
    assert not is_in(client)


def test_real_people_log_in_from_anywhere(client, real):
    log_in(client, real.email, REMOTE_ADDR="203.0.113.9", HTTP_HOST="testserver")
    assert is_in(client)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "localhost", "[::1]:8000"])
@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.8.9.10"])
def test_demo_people_log_in_on_the_machine_itself(client, settings, demo, host, address):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
    assert log_in(client, demo.email, HTTP_HOST=host, REMOTE_ADDR=address).status_code == 302
    assert is_in(client)


@pytest.mark.parametrize(
    "request_from_elsewhere",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"REMOTE_ADDR": "192.168.1.20"},
        {"REMOTE_ADDR": ""},
        {"HTTP_HOST": "testserver"},
        {"HTTP_HOST": "127.0.0.1.example.com"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
        {"HTTP_VIA": "1.1 proxy"},
    ],
)
def test_demo_people_do_not_log_in_from_elsewhere(client, settings, demo, request_from_elsewhere):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "testserver", "127.0.0.1.example.com"]
    response = log_in(client, demo.email, **request_from_elsewhere)
    assert "It works only on the machine that runs the site" in response.content.decode()
    assert not is_in(client)


def test_a_wrong_password_does_not_tell_who_is_a_demo_log_in(client, demo):
    response = log_in(client, demo.email, "wrong", REMOTE_ADDR="203.0.113.9")
    assert "demonstration" not in response.content.decode().split("<form")[0]


def test_the_log_in_page_names_the_site_and_leads_back_to_it(client, settings):
    page = client.get("/admin/login/").content.decode()
    assert settings.SITE_NAME in page
    assert 'type="email"' in page


def test_the_admin_links_to_the_site(operator, settings):
    page = operator.get("/admin/").content.decode()
    assert "View site" in page
    assert settings.SITE_NAME in page
