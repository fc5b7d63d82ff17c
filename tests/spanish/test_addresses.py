"""Which language a page is in: its address says so, and nothing else does."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format, number_format

from config.middleware import language_of_address
from directory import guides, reports
from directory.models import Notice
from directory.templatetags.wording import miles
from referrals import moves
from referrals.deliveries import email, notices
from referrals.models import Delivery, Referral
from tests import factories
from tests.looks import pages, world
from tests.referrals import patient

pytestmark = pytest.mark.django_db

HREFLANG = re.compile(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">')
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)">')
SEARCH = "/find/?near=78701&procedure=adhesiolysis"
HOME = "http://testserver"
# Pages that are no page of their own (an error), or that nobody may link to (a private link).
UNLINKED = ("follow", "not-found", "refused", "removed", "request-no", "request-not", "log-in", "packet")


def test_every_page_is_spanish_under_es_and_english_without():
    people = world.build()
    for look in pages.LOOKS:
        address = look.address.format(**vars(people))
        assert '<html lang="en"' in Client().get(address).text, look.name
        assert '<html lang="es"' in Client().get(f"/es{address}").text, look.name


def test_the_languages_of_a_page_name_each_other_and_are_there():
    people = world.build()
    named = 0
    for look in pages.LOOKS:
        if look.name.startswith(UNLINKED) or look.status != 200:
            continue
        address = look.address.format(**vars(people))
        path = address.partition("?")[0]
        english, spanish = Client().get(address), Client().get(f"/es{address}")
        if not HREFLANG.search(english.text):
            continue
        named += 1
        (own,) = CANONICAL.findall(english.text)
        one = own.removeprefix(HOME)  # of a search, with what was asked for
        assert one.partition("?")[0] == path, look.name
        pairs = [("en", HOME + one), ("es", f"{HOME}/es{one}"), ("x-default", HOME + one)]
        assert HREFLANG.findall(english.text) == HREFLANG.findall(spanish.text) == pairs, look.name
        assert CANONICAL.findall(spanish.text) == [f"{HOME}/es{one}"]
        assert english.status_code == spanish.status_code == 200
    assert named > 20


@pytest.mark.parametrize(
    "address", ["/", "/find/?near=78701&procedure=adhesiolysis", "/about/data/", "/api/v1/procedures/"]
)
def test_neither_a_cookie_nor_the_browser_chooses_the_language(address):
    plain = Client().get(address)
    client = Client(headers={"accept-language": "es-US,es;q=0.9"})
    client.cookies["django_language"] = "es"
    asked = client.get(address)
    assert asked.content == plain.content
    assert asked["Content-Language"] == "en"
    assert "Accept-Language" not in asked.get("Vary", "") and "Cookie" not in asked.get("Vary", "")


@pytest.mark.parametrize(
    "address", ["/", "/find/?near=78701&procedure=adhesiolysis", "/procedures/", "/about/coverage/"]
)
def test_who_has_the_page_in_one_language_is_never_told_that_it_has_the_other(address):
    factories.offering()
    tags = {Client().get(prefix + address)["ETag"] for prefix in ("", "/es")}
    assert len(tags) == 2
    for tag in tags:
        answers = [Client().get(prefix + address, headers={"if-none-match": tag}) for prefix in ("", "/es")]
        assert sorted(answer.status_code for answer in answers) == [200, 304]


def test_the_language_of_one_request_is_not_left_behind_for_the_next(rf):
    seen = []

    def answer(request):
        seen.append(translation.get_language())
        raise RuntimeError("the view fails")

    for address in ("/es/", "/"):
        with pytest.raises(RuntimeError):
            language_of_address(answer)(rf.get(address))
        seen.append(translation.get_language())
    assert seen == ["es", "en", "en", "en"]


def test_numbers_and_dates_are_those_of_spanish_in_the_united_states(client):
    with translation.override("es"):
        assert miles(3.26) == "3.3"
        assert miles(4762.4) == "4,762"
        assert number_format(12345.5, use_l10n=True, force_grouping=True) == "12,345.5"
        assert date_format(datetime.date(2026, 10, 12)) == "12 de octubre de 2026"
        assert date_format(datetime.date(2026, 4, 3), "SHORT_DATE_FORMAT") == "3 abr 2026"


@pytest.mark.parametrize("address", ["/es/nothing-here/", "/es/referrals/" + "x" * 43 + "/"])
def test_a_page_that_is_not_there_says_so_in_spanish(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert '<html lang="es"' in answer.text


def test_a_fault_of_ours_is_told_in_the_language_of_the_address(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("directory.views.find.coverage.country", None)
    english, spanish = client.get("/"), client.get("/es/")
    assert english.status_code == spanish.status_code == 500
    assert "Something went wrong on our side" in english.text
    assert "Algo falló de nuestro lado" in spanish.text
    assert 'href="/es/"' in spanish.text


def test_the_way_to_the_other_language_is_on_every_page_and_leads_to_the_same_one(client):
    page = client.get(f"/es{SEARCH}").text
    assert '<a href="/find/?near=78701&amp;procedure=adhesiolysis" lang="en" hreflang="en">English</a>' in page
    page = client.get(SEARCH).text
    assert '<a href="/es/find/?near=78701&amp;procedure=adhesiolysis" lang="es" hreflang="es">Español</a>' in page


def test_a_procedure_is_called_by_its_spanish_names(client):
    page = client.get("/es/procedures/epidural-steroid-injection/").text
    assert "<h1>Inyección epidural de esteroides</h1>" in page
    assert "Infiltración epidural" in page
    assert "Nerve root block" not in page
    assert "Nerve root block" not in client.get("/es/procedures/").text


@pytest.mark.parametrize(
    "address",
    [
        *(f"/es/procedures/{slug}/" for slug in guides.GUIDES),
        "/es/procedures/adhesiolysis/check/",
        "/es/about/choosing/",
    ],
)
def test_pages_on_health_say_who_has_looked_over_their_spanish(client, settings, address):
    assert "Ningún traductor médico ha revisado este texto." in client.get(address).text
    assert "traductor" not in client.get(address.removeprefix("/es")).text
    settings.SPANISH_REVIEWED_BY = "Ana Ruiz, CMI"
    assert "Lo revisó Ana Ruiz, CMI." in client.get(address).text


def test_whoever_is_told_what_to_say_at_the_hospital_gets_the_words_in_english_too(client):
    answer = client.post("/es/procedures/adhesiolysis/check/", {"answered": "warning", "warning": "yes"})
    assert "síndrome de cauda equina" in answer.text
    assert re.search(r'<div lang="en"><blockquote class="say">“I have back pain.', answer.text)


def test_the_clinic_reads_in_which_language_a_request_was_written(client):
    practice = factories.practice(clinic=factories.connected_clinic())
    factories.offering(practice=practice)
    sent = patient.send(client, practice.pk, where="/es")
    assert sent.status_code == 303 and sent["Location"].startswith("/es/referrals/")
    referral = Referral.objects.get()
    assert referral.language == "es"
    client.force_login(factories.member(practice.site.clinic))
    page = client.get(reverse("admin:referrals_referral_change", args=[referral.pk])).text
    assert "Spanish" in page


@pytest.mark.parametrize(
    ("language", "words"), [("en", "A new request is waiting"), ("es", "Hay una solicitud nueva en espera")]
)
def test_a_clinic_gets_its_mails_in_the_language_it_has_chosen(language, words):
    """Whatever language the patient wrote in, or the worker happens to be in."""
    practice = factories.practice(clinic=factories.connected_clinic(notification_language=language))
    factories.offering(practice=practice)
    moves.submit(practice.pk, "adhesiolysis", patient.CONTENT, consent_version="1", form_key_hash="x", language="es")
    with translation.override("es" if language == "en" else "en"):
        message = email.compose(Delivery.objects.get())
    assert message.subject.startswith(words)
    assert words in message.body
    assert f'<html lang="{language}">' in message.alternatives[0].content
    assert ("/es/admin/" in message.body) is (language == "es")


@pytest.mark.parametrize(
    ("language", "words", "link"),
    [
        ("en", "A mistake in a listing was reported", "http://testserver/admin/directory/report/"),
        ("es", "Se reportó un error en una ficha", "http://testserver/es/admin/directory/report/"),
    ],
)
def test_a_clinic_reads_of_a_report_in_the_language_it_has_chosen(language, words, link, settings):
    """Whatever the visitor read; the operator reads the site's own."""
    settings.OPERATOR_EMAIL = "operator@finder.example.org"
    practice = factories.practice(clinic=factories.connected_clinic(notification_language=language))
    with translation.override("es" if language == "en" else "en"):
        reports.file("phone", reports.Place(practice.specialist, practice.site.clinic, practice.site, practice), "")
        told = {notice.reader: notices.words(notice) for notice in Notice.objects.all()}
    assert (told["clinic"].subject, told["clinic"].link) == (words, link)
    assert told["operator"].subject == "A mistake in a listing was reported"
    assert told["operator"].link == "http://testserver/admin/directory/report/"


@pytest.mark.parametrize(("start", "words"), [("", "Set your password"), ("/es", "Crear su contraseña")])
def test_who_asks_for_a_link_to_set_the_password_gets_it_in_the_language_of_that_page(client, start, words):
    person = factories.member(factories.connected_clinic())
    client.post(f"{start}/admin/password/", {"email": person.email})
    told = notices.words(Notice.objects.get())
    assert told.subject == words
    assert told.link.startswith(f"http://testserver{start}/admin/password/set/")
    assert client.get(told.link, follow=True).status_code == 200
