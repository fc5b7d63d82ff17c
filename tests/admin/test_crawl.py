"""A crawl of the whole admin as one clinic's staff: nothing of the other clinic is in any answer."""

import re
import uuid
from collections import Counter
from html import unescape
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from directory.admin.site import site
from tests import factories
from tests.admin import world

HREF = re.compile(r"""(?:href|action|data-ajax--url|data-href-template)=["']([^"']*)["']""")


def found(marks: list[str], text: str, address: str) -> list[str]:
    """The marks that an answer holds, save those that the question itself held."""
    text, asked = unescape(text).lower(), address.lower()
    return [mark for mark in marks if mark in text and mark not in asked]


def links(address: str, text: str) -> set[str]:
    """Where a page of the admin leads; from a narrowed list not to what is narrower still, which has no end."""
    targets = {urljoin(address, unescape(href)) for href in HREF.findall(text)}
    targets = {target.partition("#")[0] for target in targets}
    if "?" in address:
        targets = {target for target in targets if "?" not in target}
    return {target for target in targets if urlsplit(target).path.startswith("/admin/") and "logout" not in target}


def kind(address: str) -> str:
    """What the pages have in common that differ in the value of a filter only."""
    return urlsplit(address).path + "?" + "&".join(sorted(parse_qs(urlsplit(address).query)))


def crawl(client: Client, start: set[str], marks: list[str], most: int = 900) -> dict[str, int]:
    """Address -> status, of everything reachable (three values of each filter); fails where an answer holds a mark."""
    seen: dict[str, int] = {}
    kinds: Counter[str] = Counter()
    waiting = sorted(start)
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        if address in seen or (address not in start and kinds[kind(address)] == 3):
            continue
        kinds[kind(address)] += 1
        response = client.get(address)
        seen[address] = response.status_code
        text = response.content.decode() if not response.streaming else ""
        assert not found(marks, text + str(response.headers), address), address
        # What was typed may be refused; where a page leads to may not, save that a button's address takes no look.
        refused = response.status_code >= 400 and response.status_code != 405
        assert not refused or (address in start and response.status_code < 500), address
        if "Location" in response:
            waiting += sorted(links(address, f'href="{response["Location"]}"') - set(seen))
        if "text/html" in response["Content-Type"]:
            waiting += sorted(links(address, text) - set(seen))
    assert not waiting, f"the crawl did not end after {most} pages"
    return seen


def guesses(theirs: world.Side) -> set[tuple[str, str]]:
    """Addresses of the other clinic's rows that somebody could type, each beside that of a row that is not there."""
    theirs_of = {type(row): row for row in vars(theirs).values() if isinstance(row, Model)}
    pages = (
        "change/",
        "history/",
        "delete/",
        "password/",
        "move/",
        "approve/",
        "decline/",
        "again/",
        "test/",
        "secret/",
        "rotate/",
        "",
        "change/?_popup=1",
        "change/?_to_field=id",
    )
    pairs = set()
    for model in site._registry:
        key = getattr(theirs_of.get(model), "pk", world.FIRST_ID + 1)
        missing = uuid.uuid4() if isinstance(key, uuid.UUID) else world.FIRST_ID + 999
        start = f"/admin/{model._meta.app_label}/{model._meta.model_name}"
        pairs |= {(f"{start}/{key}/{page}", f"{start}/{missing}/{page}") for page in pages}
    return pairs


def autocompletions() -> set[str]:
    """Every field that an autocompletion could be asked for, of any model."""
    return {
        f"/admin/autocomplete/?app_label={model._meta.app_label}&model_name={model._meta.model_name}"
        f"&field_name={field.name}&term={term}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created
        for term in ("", "canary")
    }


def test_staff_find_nothing_of_another_clinic_anywhere(ours, theirs, staff):
    shared = world.shared_specialist(ours, theirs)
    both = factories.listing_claim(shared.practices.get(site=ours.site), name="Sam Both", pk=501)
    both.sites.add(theirs.site)
    operator = factories.user("somebody.canarybird@example.org", is_staff=True, is_superuser=True)
    for row in (shared, ours.clinic, ours.practice, ours.site):
        LogEntry.objects.create(
            user=operator,
            content_type=ContentType.objects.get_for_model(row),
            object_id=row.pk,
            object_repr=world.CANARY,
            action_flag=CHANGE,
            change_message=f"Changed {world.CANARY}",
        )
    LogEntry.objects.create(  # of the time when our coordinator worked for them
        user=ours.staff,
        content_type=ContentType.objects.get_for_model(theirs.clinic),
        object_id=theirs.clinic.pk,
        object_repr=world.CANARY,
        action_flag=CHANGE,
        change_message="[]",
    )
    lists = {
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")
        for model in site._registry
        for page in ("changelist", "add")
    }
    terms = ("canary", "777", theirs.referral.reference)
    searches = {f"{address}?q={term}" for address in lists if "/add/" not in address for term in terms}
    seen = crawl(staff, {"/admin/", *lists, *searches, *autocompletions()}, theirs.marks)
    reached = {address for address, status in seen.items() if status == 200}
    for side_page in ("clinic", "site", "practice"):
        row = getattr(ours, side_page)
        assert f"/admin/directory/{side_page}/{row.pk}/change/" in reached
        assert f"/admin/directory/{side_page}/{row.pk}/history/" in reached
    assert f"/admin/referrals/referral/{ours.referral.pk}/change/" in reached
    assert f"/admin/directory/specialist/{shared.pk}/change/" in reached
    assert f"/admin/directory/report/{ours.report.pk}/change/" in reached
    for claim in (ours.claim, both):  # of the second one office is theirs
        assert f"/admin/directory/listingclaim/{claim.pk}/change/" in reached
    assert len(reached) > 60


def test_guessed_addresses_of_their_rows_answer_as_if_there_were_no_such_row(ours, theirs, staff):
    for address, of_nobody in sorted(guesses(theirs)):
        response, other = staff.get(address), staff.get(of_nobody)
        assert response.status_code in (301, 302, 400, 403, 404, 405), address
        assert other.status_code == response.status_code, address
        text = response.content.decode() + str(response.headers)
        assert not found(theirs.marks, text, address), address


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_redirect_to_any_row_of_any_model_is_not_there(ours, theirs, staff, operator, method):
    for row in (theirs.clinic, theirs.referral, theirs.specialist, ours.clinic):
        kind = ContentType.objects.get_for_model(row).pk
        for client in (staff, operator):
            assert getattr(client, method)(f"/admin/r/{kind}/{row.pk}/").status_code == 404


def test_the_crawl_sees_a_canary_where_there_is_one(theirs):
    client = world.logged_in(theirs.staff)
    with pytest.raises(AssertionError):
        crawl(client, {"/admin/"}, theirs.marks)
