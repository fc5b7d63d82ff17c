"""A clinic keeps its web hooks in the admin: address, secret, test; and sends again what was given up."""

import datetime
import re
import socket

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from standardwebhooks import Webhook

from directory import search
from directory.admin.site import site
from directory.models import Clinic
from referrals import moves
from referrals.admin.hooks import WebHookForm
from referrals.deliveries import addresses, worker
from referrals.models import Delivery, WebHook
from tests.admin import world
from tests.admin.forms import errors, filled_in
from tests.referrals import mailbox
from tests.referrals.receiver import Receiver
from tests.referrals.test_addresses import Resolver

LIST, ADD = reverse("admin:referrals_webhook_changelist"), reverse("admin:referrals_webhook_add")
ADDRESS = "https://hooks.example.org/in?key=1"


def page(row, name: str = "change") -> str:
    return reverse(f"admin:referrals_{row._meta.model_name}_{name}", args=[row.pk])


@pytest.fixture
def on_the_internet(monkeypatch, ours):
    """Every host has an address, and the directory is no demonstration: its doctor has a number that can be issued."""
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(["93.184.216.34"]))
    mailbox.real(ours)


def add(client, **typed):
    data = filled_in(client.get(ADD)) | {"is_on": "on"} | typed
    return client.post(ADD, data, follow=True)


def test_staff_add_a_hook_and_are_led_to_its_secret_and_a_test(ours, staff, on_the_internet):
    answer = add(staff, clinic=ours.clinic.pk, url=ADDRESS)
    made = WebHook.objects.exclude(pk=ours.hook.pk).get()
    assert answer.redirect_chain == [(page(made), 302)]
    assert "Now show the secret, put it into your system, and send a test" in answer.content.decode()
    assert (made.clinic, made.url, made.host, made.is_on) == (ours.clinic, ADDRESS, "hooks.example.org", True)
    assert made.unseal()[0].startswith("whsec_")


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("http://hooks.example.org/", "must begin with https://"),
        ("https://127.0.0.1/", "Write the full name of the host"),
        ("https://kim:word@hooks.example.org/", "Take out the name and password"),
        ("https://hooks.example.org:8443/", "Only the usual port"),
        ("https://hooks.example.org/#a", "Take out the #"),
        ("https://hööks.example.org/", "That is no web address"),
    ],
)
def test_an_address_that_may_not_be_called_is_refused_with_what_to_do(ours, staff, on_the_internet, url, complaint):
    answer = add(staff, clinic=ours.clinic.pk, url=url)
    assert complaint in errors(answer)[0]
    assert filled_in(answer)["url"] == url  # nothing that was typed is lost
    assert WebHook.objects.filter(clinic=ours.clinic).count() == 1


@pytest.mark.parametrize(("found", "complaint"), [(["10.0.0.5"], "is not on the internet"), ([], "could not find")])
def test_so_is_a_host_inside_a_network_or_unknown(ours, staff, on_the_internet, monkeypatch, found, complaint):
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(found))
    assert complaint in errors(add(staff, clinic=ours.clinic.pk, url=ADDRESS))[0]


def test_the_host_is_looked_up_while_nobody_who_writes_is_held_up(ours, staff, on_the_internet, monkeypatch):
    before, found_in = len(connection.savepoint_ids), []  # the transactions that the test itself is in
    look_up = addresses.look_up
    monkeypatch.setattr(
        addresses, "look_up", lambda target: (found_in.append(len(connection.savepoint_ids)), look_up(target))[1]
    )
    add(staff, clinic=ours.clinic.pk, url=ADDRESS)
    data = filled_in(staff.get(page(ours.hook))) | {"url": f"{ADDRESS}2"}
    assert staff.post(page(ours.hook), data).status_code == 302
    assert found_in == [before, before]


def test_a_page_that_was_open_for_long_writes_back_no_older_secret_and_nothing_else_that_was_not_typed(
    ours, staff, on_the_internet, rf
):
    stale = WebHook.objects.get(pk=ours.hook.pk)  # as the page has read it
    ours.hook.renew_secret(timezone.now())
    WebHook.objects.filter(pk=ours.hook.pk).update(is_on=False, off_because="gone")
    data = {"clinic": ours.clinic.pk, "url": f"{ADDRESS}2", "is_on": "on"}
    form = WebHookForm(data | {"initial-is_on": "True"}, instance=stale)
    assert form.is_valid()
    assert form.changed_data == ["url"]
    site.get_model_admin(WebHook).save_model(rf.post(page(stale)), form.save(commit=False), form, change=True)
    row = WebHook.objects.get(pk=ours.hook.pk)
    assert (row.url, row.is_on, row.off_because) == (f"{ADDRESS}2", False, "gone")
    assert (row.unseal(), row.rotated_at) == (ours.hook.unseal(), ours.hook.rotated_at)


def test_a_page_that_was_opened_before_a_410_switches_nothing_on_again(ours, staff, on_the_internet):
    opened = filled_in(staff.get(page(ours.hook)))
    WebHook.objects.filter(pk=ours.hook.pk).update(is_on=False, off_because="gone")
    staff.post(page(ours.hook), opened | {"url": f"{ADDRESS}2"})
    row = WebHook.objects.get(pk=ours.hook.pk)
    assert (row.url, row.is_on, row.off_because) == (f"{ADDRESS}2", False, "gone")


def test_at_another_address_nobody_has_asked_to_wait(ours, staff, on_the_internet):
    until = timezone.now() + datetime.timedelta(hours=1)
    WebHook.objects.filter(pk=ours.hook.pk).update(not_before=until, is_on=False)
    staff.post(page(ours.hook), filled_in(staff.get(page(ours.hook))) | {"is_on": "on"})
    ours.hook.refresh_from_db()
    assert (ours.hook.is_on, ours.hook.not_before) == (True, until)
    staff.post(page(ours.hook), filled_in(staff.get(page(ours.hook))) | {"url": ADDRESS})
    ours.hook.refresh_from_db()
    assert (ours.hook.url, ours.hook.not_before) == (ADDRESS, None)


def test_who_may_change_no_hook_has_no_name_looked_up(ours, client, on_the_internet, monkeypatch):
    resolver = Resolver(["93.184.216.34"])
    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    client.post(ADD, {"url": ADDRESS})
    assert resolver.asked == 0


def test_a_demonstration_takes_no_address_outside_this_machine(ours, staff, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(["93.184.216.34"]))
    assert "This is a demonstration" in errors(add(staff, clinic=ours.clinic.pk, url=ADDRESS))[0]


def test_a_clinic_has_a_few_hooks_each_with_an_address_of_its_own(ours, staff, on_the_internet):
    add(staff, clinic=ours.clinic.pk, url=ADDRESS)
    assert "with this address already" in errors(add(staff, clinic=ours.clinic.pk, url=ADDRESS))[0]
    for number in range(3):
        add(staff, clinic=ours.clinic.pk, url=f"{ADDRESS}{number}")
    assert "at most 5 web hooks" in errors(add(staff, clinic=ours.clinic.pk, url=f"{ADDRESS}9"))[0]
    assert WebHook.objects.filter(clinic=ours.clinic).count() == 5


def test_no_hook_is_added_to_another_clinic_or_moved_there(ours, theirs, staff, settings):
    settings.SITE_URL, settings.WEBHOOK_TEST_RECEIVER = "http://127.0.0.1:8000", "127.0.0.1:9000"
    url = "http://127.0.0.1:9000/in"
    assert "not one of the available choices" in errors(add(staff, clinic=theirs.clinic.pk, url=url))[0]
    data = filled_in(staff.get(page(ours.hook))) | {"clinic": theirs.clinic.pk, "url": url}
    assert staff.post(page(ours.hook), data).status_code == 302
    ours.hook.refresh_from_db()
    assert (ours.hook.clinic, ours.hook.url, ours.hook.host) == (ours.clinic, url, "127.0.0.1")


def test_switched_on_again_by_hand_it_is_told_anew(ours, staff, on_the_internet):
    WebHook.objects.filter(pk=ours.hook.pk).update(is_on=False, off_because="gone")
    answer = staff.get(page(ours.hook)).content.decode()
    assert "gone for good (410)" in answer
    staff.post(page(ours.hook), filled_in(staff.get(page(ours.hook))) | {"is_on": "on"})
    ours.hook.refresh_from_db()
    assert (ours.hook.is_on, ours.hook.off_because) == (True, "")


def test_the_secret_is_shown_to_whoever_asks_with_a_button_and_that_is_on_record(ours, staff, operator):
    secret = ours.hook.unseal()[0]
    assert secret not in staff.get(page(ours.hook)).content.decode()
    assert staff.get(page(ours.hook, "secret")).status_code == 405
    for client in (staff, operator):
        answer = client.post(page(ours.hook, "secret"))
        assert secret in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
    assert "Secret shown." in staff.get(page(ours.hook, "history")).content.decode()
    assert not LogEntry.objects.filter(change_message__contains="whsec").exists()


def test_a_new_secret_is_made_with_a_button_and_the_older_signs_too(ours, staff):
    (older,) = ours.hook.unseal()
    answer = staff.post(page(ours.hook, "rotate"), follow=True)
    assert "For a day each call is signed with the older one too" in answer.content.decode()
    ours.hook.refresh_from_db()
    newer, also = ours.hook.unseal(timezone.now())
    assert (also, newer == older) == (older, False)


def test_a_secret_whose_key_is_lost_is_replaced(ours, staff, settings):
    WebHook.objects.filter(pk=ours.hook.pk).update(data_key_id="lost")
    answer = staff.post(page(ours.hook, "secret"), follow=True)
    assert "Make a new one" in answer.content.decode()
    staff.post(page(ours.hook, "rotate"))
    ours.hook.refresh_from_db()
    assert len(ours.hook.unseal(timezone.now())) == 1


def test_a_test_is_sent_with_a_button_and_what_came_of_it_stands_on_the_page(ours, staff, settings):
    with Receiver() as receiver:
        settings.SITE_URL, settings.WEBHOOK_TEST_RECEIVER = "http://127.0.0.1:8000", receiver.authority
        WebHook.objects.filter(pk=ours.hook.pk).update(url=receiver.url)
        staff.post(page(ours.hook, "test"))
        assert "is on its way already" in staff.post(page(ours.hook, "test"), follow=True).content.decode()
        worker.run_once()
        (call,) = receiver.calls
    assert Webhook(ours.hook.unseal()[0]).verify(call.body, dict(call.headers))["type"] == "webhook.test"
    text = staff.get(page(ours.hook)).content.decode()
    assert "to a web hook: a test" in text
    assert re.search(r"<br>\s*arrived ", text)


def test_what_was_told_stands_on_the_page_with_its_state_and_no_word_about_the_patient(ours, staff):
    moves.start(ours.referral, actor=moves.Actor.of_clinic(ours.staff))
    text = staff.get(page(ours.hook)).content.decode()
    assert f"to a web hook: the state of a request {ours.referral.reference}: started on" in text
    assert "waits to be sent" in text
    assert "Eleanor" not in text


def test_with_a_hook_goes_what_was_told_to_it(ours, theirs, staff):
    assert staff.post(page(ours.hook, "delete"), {"post": "yes"}).status_code == 302
    assert not WebHook.objects.filter(pk=ours.hook.pk).exists()
    assert not Delivery.objects.filter(pk=ours.delivery.pk).exists()
    assert WebHook.objects.filter(pk=theirs.hook.pk).exists()


@pytest.mark.parametrize("name", ["secret", "rotate", "test"])
def test_buttons_reach_no_hook_of_another_clinic(ours, theirs, staff, name):
    before = WebHook.objects.values().get(pk=theirs.hook.pk), Delivery.objects.count()
    answer = staff.post(page(theirs.hook, name), follow=True)
    assert "There is no such web hook" in answer.content.decode()
    assert (WebHook.objects.values().get(pk=theirs.hook.pk), Delivery.objects.count()) == before


# ---- what was given up ----------------------------------------------------------------------------------------------


def test_staff_see_what_was_given_up_and_send_it_again(ours, theirs, staff):
    index = staff.get("/admin/").content.decode()
    assert "1 delivery was given up" in index
    assert "Send it again" in staff.get(page(ours.delivery)).content.decode()
    answer = staff.post(page(ours.delivery, "again"), follow=True)
    assert "goes out again" in answer.content.decode()
    ours.delivery.refresh_from_db()
    assert (ours.delivery.dead_at, ours.delivery.attempts, ours.delivery.last_error) == (None, 0, "")
    assert "Sent again." in staff.get(page(ours.delivery, "history")).content.decode()
    assert "was given up" not in staff.get("/admin/").content.decode()
    assert "Send it again" not in staff.get(page(ours.delivery)).content.decode()
    assert "not given up any more" in staff.post(page(ours.delivery, "again"), follow=True).content.decode()


def test_an_operator_sends_again_what_is_anybodys(theirs, operator):
    assert operator.get(page(theirs.delivery, "again")).status_code == 405
    operator.post(page(theirs.delivery, "again"))
    theirs.delivery.refresh_from_db()
    assert theirs.delivery.dead_at is None


def test_staff_send_nothing_of_another_clinic_again(ours, theirs, staff):
    answer = staff.post(page(theirs.delivery, "again"), follow=True)
    assert "There is no such delivery" in answer.content.decode()
    theirs.delivery.refresh_from_db()
    assert theirs.delivery.dead_at is not None


def test_what_a_patient_is_asked_before_the_request_is_sent_is_nothing_of_the_clinics(ours, staff, operator):
    proposed = moves.propose(ours.practice.pk, "adhesiolysis", world.content(), form_key_hash="a" * 64)
    question = proposed.deliveries.get()
    assert staff.get(page(question)).status_code == 302
    assert operator.get(page(question)).status_code == 200


def test_a_bounce_stands_on_the_start_page_and_in_the_list_of_clinics(ours, staff, operator):
    Clinic.objects.filter(pk=ours.clinic.pk).update(
        notification_email_confirmed_at=None, notification_email_bounced_at=timezone.now()
    )
    search.rebuild([ours.practice.pk])
    index = operator.get("/admin/").content.decode()
    assert "1 clinic whose notification address is dead" in index
    assert f">{ours.referral.reference}</a>" in index
    dead = operator.get(reverse("admin:directory_clinic_changelist") + "?notification_email_bounced_at__isempty=0")
    assert list(dead.context["cl"].result_list) == [ours.clinic]
    mine = staff.get("/admin/").content.decode()
    assert "Mail to your notification address comes back" in mine


def test_another_address_ends_the_alarm(ours, staff):
    Clinic.objects.filter(pk=ours.clinic.pk).update(
        notification_email_confirmed_at=None, notification_email_bounced_at=timezone.now()
    )
    search.rebuild([ours.practice.pk])
    address = reverse("admin:directory_clinic_change", args=[ours.clinic.pk])
    staff.post(address, filled_in(staff.get(address)) | {"notification_email": "desk@example.org"})
    assert not Clinic.objects.bounced().exists()
