"""Web hooks: a clinic's own system is told of each move, signed, at least once, and holds nobody up."""

import asyncio
import datetime
import socket
import ssl
import threading
from email.utils import format_datetime

import pytest
from django.core import mail
from django.utils import timezone
from standardwebhooks import WebhookVerificationError

from directory.models import Notice
from referrals import correspondence, erasing, moves
from referrals.deliveries import addresses, lanes, outbox, webhook, worker
from referrals.deliveries.errors import SendFailed
from referrals.models import Delivery, WebHook
from tests.referrals import certificates
from tests.referrals.mailbox import real, through
from tests.referrals.patient import CANARIES, CONTENT
from tests.referrals.receiver import Receiver, hook, told
from tests.referrals.test_addresses import Resolver


@pytest.fixture
def receiver(settings):
    """A system that may be called: the site is on this machine, and it is the receiver of trials."""
    with Receiver() as one:
        settings.SITE_URL, settings.WEBHOOK_TEST_RECEIVER = "http://127.0.0.1:8000", one.authority
        yield one


def states(receiver) -> list[str]:
    return [call.said["type"] for call in receiver.calls]


def test_a_new_request_is_told_signed_and_without_a_word_about_the_patient(austin, receiver):
    made = hook(austin.clinic, receiver.url)
    referral = austin.referral()
    assert worker.run_once() == 2  # and the mail
    (call,) = receiver.calls
    delivery = Delivery.objects.get(hook=made)
    assert call.id == str(delivery.pk)
    assert call.verified(made.unseal()[0]) == {
        "type": "referral.submitted",
        "timestamp": delivery.step.at.astimezone(datetime.UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
        "data": {
            "id": str(referral.pk),
            "reference": referral.reference,
            "state": "submitted",
            "version": 1,
            "practice": austin.practice.pk,
        },
    }
    everything = f"{call.path} {call.headers} {call.body.decode()}"
    assert not any(word in everything for word in CANARIES.values())
    assert not any(word in everything.lower() for word in ("adhesiolysis", "pain clinic", CONTENT.name.lower()))
    assert call.headers["Content-Type"] == "application/json"
    assert (delivery.sent_at is not None, delivery.attempts, delivery.lease_owner) == (True, 1, "")
    assert worker.run_once() == 0


def test_another_secret_or_another_word_in_it_does_not_verify(austin, receiver):
    made = hook(austin.clinic, receiver.url)
    austin.referral()
    worker.run_once()
    (call,) = receiver.calls
    with pytest.raises(WebhookVerificationError):
        call.verified("whsec_" + "A" * 43 + "=")
    changed = type(call)(call.path, call.headers, call.body.replace(b"submitted", b"completed"))
    with pytest.raises(WebhookVerificationError):
        changed.verified(made.unseal()[0])


def test_every_move_of_a_request_that_reached_the_clinic_is_told_and_every_message(austin, receiver):
    made = hook(austin.clinic, receiver.url)
    referral = austin.referral(email_checked_at=timezone.now())
    moves.start(referral, actor=austin.staff)
    correspondence.write(referral, actor=austin.staff, text="When was your MRI?")
    correspondence.write(referral, actor=moves.PATIENT, text="In spring")
    correspondence.write(referral, actor=moves.PATIENT, text="In March, that is")
    moves.decline(referral, actor=austin.staff, reason="no_capacity")
    assert told(made) == [
        ("hook_state", "submitted"),
        ("hook_state", "received"),
        ("hook_from_clinic", "received"),
        ("hook_from_patient", "received"),
        ("hook_from_patient", "received"),
        ("hook_state", "declined"),
    ]
    worker.run_once()
    assert sorted(states(receiver)) == [
        "message.from_clinic",
        "message.from_patient",
        "message.from_patient",
        "referral.declined",
        "referral.received",
        "referral.submitted",
    ]
    assert b"spring" not in b"".join(call.body for call in receiver.calls)


def test_a_request_that_its_patient_has_not_agreed_to_is_told_to_nobody(austin, receiver):
    made = hook(austin.clinic, receiver.url)
    referral = moves.propose(austin.practice.pk, "adhesiolysis", CONTENT, form_key_hash="a" * 64)
    moves.expire(referral)
    assert told(made) == []


def test_only_the_hooks_of_the_clinic_addressed_are_told_and_only_those_switched_on(austin, receiver):
    theirs = hook(austin.stranger.memberships.get().clinic, receiver.url)
    off = hook(austin.clinic, receiver.url, is_on=False)
    on = hook(austin.clinic, f"{receiver.url}/second")
    austin.referral()
    assert (told(theirs), told(off), told(on)) == ([], [], [("hook_state", "submitted")])


def test_it_is_written_in_the_transaction_of_the_move(austin, receiver, monkeypatch):
    hook(austin.clinic, receiver.url)
    referral = austin.referral()
    before = Delivery.objects.count()

    def fails(step):
        written = put(step)
        assert any(delivery.hook for delivery in written)
        raise RuntimeError("the machine stops here")

    put = outbox.put
    monkeypatch.setattr(outbox, "put", fails)
    with pytest.raises(RuntimeError):
        moves.start(referral, actor=austin.staff)
    assert Delivery.objects.count() == before


def test_it_is_tried_again_under_the_same_id_with_the_same_words_and_a_signature_of_its_own(
    austin, receiver, time_machine
):
    made = hook(austin.clinic, receiver.url)
    referral = austin.referral()
    receiver.status = 500
    worker.run_once()
    moves.start(referral, actor=austin.staff)  # what is told is what happened then, not what is now
    delivery = Delivery.objects.get(hook=made, step__version=1)
    assert (delivery.last_error, delivery.sent_at, delivery.dead_at) == ("http_500", None, None)
    receiver.status = 204
    time_machine.move_to(delivery.due_at + datetime.timedelta(seconds=1))
    worker.run_once()
    first, second = (call for call in receiver.calls if call.id == str(delivery.pk))
    assert first.body == second.body
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert second.verified(made.unseal()[0])["data"]["state"] == "submitted"


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 404, 500])
def test_all_but_2xx_is_a_failure_and_no_redirect_is_followed(austin, receiver, status):
    made = hook(austin.clinic, receiver.url)
    austin.referral()
    receiver.status, receiver.headers = status, {"Location": f"{receiver.url}/elsewhere"}
    worker.run_once()
    assert [call.path for call in receiver.calls] == ["/hook"]
    delivery = Delivery.objects.get(hook=made)
    assert (delivery.last_error, delivery.sent_at) == (f"http_{status}", None)
    assert delivery.due_at > timezone.now()


def test_410_switches_the_hook_off_and_clinic_and_operator_are_told(austin, receiver, settings):
    settings.OPERATOR_EMAIL = "operator@example.org"
    real(austin)
    made = hook(austin.clinic, receiver.url)
    austin.referral()
    moves.withdraw(austin.referral())
    receiver.status = 410
    worker.run_once()
    made.refresh_from_db()
    assert (made.is_on, made.off_because) == (False, "gone")
    assert set(Delivery.objects.filter(hook=made).values_list("last_error", flat=True)) == {"gone", "switched_off"}
    assert not Delivery.objects.unsent().filter(hook=made).exists()
    assert len(receiver.calls) == 1
    readers = Notice.objects.filter(kind="hook_off").values_list("reader", flat=True)
    assert sorted(readers) == ["clinic", "operator"]
    worker.run_once()
    mails = [message for message in mail.outbox if message.subject == "A web hook was switched off"]
    assert {message.to[0] for message in mails} == {austin.clinic.notification_email, "operator@example.org"}
    assert f"/admin/referrals/webhook/{made.pk}/change/" in mails[0].body
    assert receiver.authority not in mails[0].body


@pytest.mark.parametrize(
    ("status", "retry_after", "least", "most"),
    [
        (429, "600", 590, 610),
        (503, "600", 590, 610),
        (429, "1", 4, 7),  # the usual wait is longer
        (429, "9999999999999", 3590, 3610),
        (429, "tomorrow", 4, 7),
        (500, "600", 4, 7),
    ],
)
def test_a_receiver_that_is_busy_is_left_alone_for_so_long_within_reason(
    austin, receiver, status, retry_after, least, most
):
    made = hook(austin.clinic, receiver.url)
    austin.referral()
    receiver.status, receiver.headers = status, {"Retry-After": retry_after}
    worker.run_once()
    wait = Delivery.objects.get(hook=made).due_at - timezone.now()
    assert least <= wait.total_seconds() <= most


def test_what_else_there_is_to_tell_a_busy_receiver_waits_too_and_other_hooks_do_not(austin, receiver, time_machine):
    made = hook(austin.clinic, receiver.url)
    receiver.status, receiver.headers = 429, {"Retry-After": "600"}
    outbox.try_hook(made)
    worker.run_once()
    austin.referral()  # written while it wants to be left alone
    other = hook(austin.clinic, f"{receiver.url}/second")
    receiver.status, receiver.headers = 200, {}
    outbox.try_hook(other)
    worker.run_once()
    assert [call.path for call in receiver.calls] == ["/hook", "/hook/second"]
    assert Delivery.objects.unsent().filter(hook=made, attempts=0).count() == 1  # and no attempt is used up
    time_machine.move_to(timezone.now() + datetime.timedelta(seconds=601))
    worker.run_once()
    assert [call.path for call in receiver.calls][2:] == ["/hook", "/hook"]
    assert not Delivery.objects.unsent().exists()


def test_the_time_to_wait_may_be_a_date():
    at = timezone.now() + datetime.timedelta(minutes=20)
    wait = webhook._wanted_wait(format_datetime(at.astimezone(datetime.UTC), usegmt=True))
    assert datetime.timedelta(minutes=19) < wait <= datetime.timedelta(minutes=20)


# ---- who is slow delays nobody else ---------------------------------------------------------------------------------


def test_a_receiver_that_hangs_holds_up_no_mail_and_no_other_hook(austin, receiver, settings, monkeypatch):
    """By order, not by the clock: it answers only after all others have been served."""
    hook(austin.clinic, receiver.url)
    receiver.hang()
    with Receiver() as other:
        austin.referral()
        lookups = {receiver.url: receiver.authority, other.url: other.authority}
        monkeypatch.setattr(
            addresses, "_is_test_receiver", lambda parts: parts.netloc in lookups.values() and parts.scheme == "http"
        )
        second = hook(austin.clinic, other.url)
        WebHook.objects.filter(pk=second.pk).update(host="another.example.org")  # a lane of its own
        austin.referral()

        def all_others_are_served() -> None:
            assert receiver.hung.wait(10)
            deadline = threading.Event()
            while not (len(other.calls) == 1 and len(mail.outbox) == 2):
                assert not deadline.wait(0.01)
            assert len(receiver.calls) == 1  # and nothing else was sent to the one that hangs
            receiver.go_on()

        watcher = threading.Thread(target=all_others_are_served)
        watcher.start()
        assert worker.run_once() == 5
        watcher.join()
    assert len(receiver.calls) == 2
    assert receiver.most_at_once == 1
    assert not Delivery.objects.unsent().exists()


def test_many_slow_hosts_together_leave_lanes_to_those_that_answer(austin, receiver):
    """Eight hosts fail, and then hang all at once: a ninth is served while they do."""
    hooks = [hook(austin.clinic, f"{receiver.url}/{number}") for number in range(8)]
    for number, one in enumerate(hooks):
        WebHook.objects.filter(pk=one.pk).update(host=f"slow{number}.example.org")
        outbox.try_hook(one)
    marked: list[Delivery] = []
    one_lane = lanes.Lanes(
        lanes.HOOKS,
        lambda busy, free: worker.claim_for_hook("a worker", timezone.now(), busy),
        lambda delivery, failed: marked.append(delivery),
    )
    receiver.status = 500
    while one_lane.turn() or not one_lane.is_empty:
        one_lane.wait(5, threading.Event())
    assert len(marked) == 8
    Delivery.objects.update(due_at=timezone.now(), lease_owner="", leased_until=None)
    receiver.status = 200
    receiver.hang()
    try:
        assert one_lane.turn() == lanes.HOOKS.most_slow
        ninth = hook(austin.clinic, f"{receiver.url}/ninth")
        WebHook.objects.filter(pk=ninth.pk).update(host="quick.example.org")
        outbox.try_hook(ninth)
        assert one_lane.turn() == 1
    finally:
        receiver.go_on()
        one_lane.finish()
    assert ninth.deliveries.get() in marked


def test_each_address_of_a_host_has_its_share_of_the_time_to_connect(receiver, monkeypatch):
    """The first takes no connection: its queue is full, and the system's answer never comes."""
    monkeypatch.setattr(webhook, "CONNECT_SECONDS", 2.0)
    with socket.socket() as full, socket.socket() as waits:
        full.bind(("127.0.0.2", receiver.port))
        full.listen(0)
        waits.connect(("127.0.0.2", receiver.port))
        with webhook._open(["127.0.0.2", "127.0.0.1"], receiver.port) as connected:
            assert connected.getpeername()[0] == "127.0.0.1"


def test_a_mail_server_that_hangs_holds_up_no_hook(committed_austin, receiver, settings, smtp):
    """Two workers' threads, as they run: the mail is on its way until the hook has arrived."""
    austin = committed_austin
    real(austin)
    hook(austin.clinic, receiver.url)
    arrived, stop = threading.Event(), threading.Event()
    receiver.before = lambda call: arrived.set()

    async def waits(server, session, envelope, address, options):
        while not arrived.is_set():
            await asyncio.sleep(0.01)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    smtp.handle_RCPT = waits
    through(settings, smtp)
    austin.referral()
    work = threading.Thread(target=worker.run, args=(stop,))
    work.start()
    assert arrived.wait(20)
    stop.set()
    work.join()
    assert not Delivery.objects.unsent().exists()


def test_an_answer_that_drips_is_cut_off(austin, settings, monkeypatch):
    monkeypatch.setattr(webhook, "ANSWER_SECONDS", 0.3)
    listening = socket.create_server(("127.0.0.1", 0))
    authority = f"127.0.0.1:{listening.getsockname()[1]}"
    settings.SITE_URL, settings.WEBHOOK_TEST_RECEIVER = "http://127.0.0.1:8000", authority
    cut = threading.Event()

    def drip() -> None:
        connected, _ = listening.accept()
        try:
            connected.sendall(b"HTTP/1.1 200 OK\r\n")
            while not cut.wait(0.02):
                connected.sendall(b"X-Drip: drop\r\n")  # never silent for long, never done
        except OSError:
            cut.set()

    threading.Thread(target=drip, daemon=True).start()
    made = hook(austin.clinic, f"http://{authority}/")
    austin.referral()
    worker.run_once()
    assert Delivery.objects.get(hook=made).last_error == "timed_out"
    assert cut.wait(5)
    listening.close()


def test_an_answer_without_end_is_not_read(austin, settings):
    listening = socket.create_server(("127.0.0.1", 0))
    authority = f"127.0.0.1:{listening.getsockname()[1]}"
    settings.SITE_URL, settings.WEBHOOK_TEST_RECEIVER = "http://127.0.0.1:8000", authority
    cut = threading.Event()

    def pour() -> None:
        connected, _ = listening.accept()
        try:
            connected.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
            while True:
                connected.sendall(b"x" * 65_536)
        except OSError:
            cut.set()

    threading.Thread(target=pour, daemon=True).start()
    made = hook(austin.clinic, f"http://{authority}/")
    austin.referral()
    worker.run_once()
    assert Delivery.objects.get(hook=made).sent_at is not None
    assert cut.wait(5)
    listening.close()


@pytest.mark.parametrize("says", [b"", b"no http at all\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000])
def test_what_is_no_answer_is_a_failure(austin, settings, says):
    listening = socket.create_server(("127.0.0.1", 0))
    authority = f"127.0.0.1:{listening.getsockname()[1]}"
    settings.SITE_URL, settings.WEBHOOK_TEST_RECEIVER = "http://127.0.0.1:8000", authority

    def answer() -> None:
        connected, _ = listening.accept()
        connected.recv(65_536)
        connected.sendall(says)
        connected.close()

    threading.Thread(target=answer, daemon=True).start()
    made = hook(austin.clinic, f"http://{authority}/")
    austin.referral()
    worker.run_once()
    delivery = Delivery.objects.get(hook=made)
    assert delivery.sent_at is None
    assert delivery.last_error
    listening.close()


def test_the_lease_is_longer_than_any_call():
    longest = addresses.LOOK_UP_SECONDS + webhook.CONNECT_SECONDS + webhook.ANSWER_SECONDS
    assert worker.HOOK_LEASE.total_seconds() >= 2 * longest


def test_a_worker_that_dies_in_between_leaves_it_to_the_next(austin, receiver, time_machine):
    made = hook(austin.clinic, receiver.url)
    austin.referral()
    now = timezone.now()
    assert worker.claim_for_hook("a worker that dies", now, set()) is not None
    assert worker.run_once() == 1  # the mail
    assert receiver.calls == []
    time_machine.move_to(now + worker.HOOK_LEASE + datetime.timedelta(seconds=1))
    worker.run_once()
    assert len(receiver.calls) == 1
    assert Delivery.objects.get(hook=made).attempts == 2


# ---- over TLS, to the address that was checked ----------------------------------------------------------------------


@pytest.fixture
def https(monkeypatch, tmp_path):
    """A receiver for hooks.example.org whose authority this machine trusts; what was connected to is written down."""
    authority, context = certificates.for_host("hooks.example.org", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    connected_to: list[tuple[str, int]] = []
    with Receiver(context) as one:

        def wire(address, timeout=None):
            connected_to.append(address)
            connected = socket.socket()
            connected.settimeout(timeout)
            connected.connect(("127.0.0.1", one.port))
            return connected

        monkeypatch.setattr(socket, "create_connection", wire)
        one.connected_to = connected_to
        yield one


def test_the_call_goes_to_the_address_that_was_checked_and_keeps_the_name(austin, https, monkeypatch):
    real(austin)
    resolver = Resolver(["93.184.216.34"], ["127.0.0.1"])  # it answers otherwise a moment later
    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    made = hook(austin.clinic, "https://hooks.example.org/in?key=1")
    austin.referral()
    worker.run_once()
    assert https.connected_to == [("93.184.216.34", 443)]
    assert resolver.asked == 1
    (call,) = https.calls
    assert (call.path, call.headers["Host"]) == ("/in?key=1", "hooks.example.org")
    assert call.verified(made.unseal()[0])


def test_a_name_that_moved_inside_since_it_was_saved_is_not_called(austin, https, monkeypatch):
    real(austin)
    made = hook(austin.clinic, "https://hooks.example.org/")
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(["169.254.169.254"]))
    austin.referral()
    worker.run_once()
    assert https.connected_to == []
    delivery = Delivery.objects.get(hook=made)
    assert (delivery.last_error, delivery.dead_at) == ("address_internal", None)


@pytest.mark.parametrize("host", ["other.example.org", "hooks.example.com"])
def test_a_certificate_for_another_name_is_not_believed(austin, https, monkeypatch, host):
    real(austin)
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(["93.184.216.34"]))
    made = hook(austin.clinic, f"https://{host}/")
    austin.referral()
    worker.run_once()
    assert https.calls == []
    assert Delivery.objects.get(hook=made).last_error == "certificate"


def test_nor_is_one_by_an_authority_that_nobody_knows(austin, https, monkeypatch):
    real(austin)
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(["93.184.216.34"]))
    made = hook(austin.clinic, "https://hooks.example.org/")
    austin.referral()
    worker.run_once()
    assert https.calls == []
    assert Delivery.objects.get(hook=made).last_error == "certificate"


def test_nothing_leaves_a_demonstration(austin, https, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(["93.184.216.34"]))
    made = hook(austin.clinic, "https://hooks.example.org/")
    austin.referral()
    worker.run_once()
    assert https.connected_to == []
    delivery = Delivery.objects.get(hook=made)
    assert (delivery.last_error, delivery.dead_at is not None) == ("demonstration", True)


# ---- secrets --------------------------------------------------------------------------------------------------------


def test_after_a_new_secret_both_sign_for_a_day_and_then_the_older_one_is_erased(austin, receiver, time_machine):
    made = hook(austin.clinic, receiver.url)
    (older,) = made.unseal()
    now = timezone.now()
    made.renew_secret(now)
    newer, also = made.unseal(now)
    assert (also, newer != older) == (older, True)
    austin.referral()
    worker.run_once()
    for secret in (older, newer):
        assert receiver.calls[0].verified(secret)
    time_machine.move_to(now + datetime.timedelta(hours=24))
    austin.referral()
    worker.run_once()
    assert receiver.calls[-1].verified(newer)
    with pytest.raises(WebhookVerificationError):
        receiver.calls[-1].verified(older)
    made.refresh_from_db()
    assert bytes(made.older_secret) == b""


def test_a_secret_lies_sealed_and_opens_in_its_own_row_only(austin, receiver):
    made = hook(austin.clinic, receiver.url)
    other = hook(austin.clinic, f"{receiver.url}/other")
    secret = made.unseal()[0].encode()
    assert secret.startswith(b"whsec_")
    assert secret not in bytes(made.secret)
    other.secret = made.secret
    other.save()
    austin.referral()
    worker.run_once()
    assert Delivery.objects.get(hook=other).last_error == "secret_does_not_open"
    assert len(receiver.calls) == 1


def test_no_log_holds_the_address_of_a_hook(austin, receiver, caplog):
    hook(austin.clinic, f"{receiver.url}?key=wombat")
    receiver.status = 500
    austin.referral()
    worker.run_once()
    assert "http_500" in caplog.text
    assert "wombat" not in caplog.text
    assert receiver.authority not in caplog.text
    assert "wombat" not in repr(webhook.Call("https://a.example/?wombat", b"", {}))


# ---- a test, erasing ------------------------------------------------------------------------------------------------


def test_a_test_goes_out_though_the_hook_is_switched_off_and_one_at_a_time(austin, receiver):
    made = hook(austin.clinic, receiver.url, is_on=False)
    assert outbox.try_hook(made) is not None
    assert outbox.try_hook(made) is None
    worker.run_once()
    (call,) = receiver.calls
    assert call.verified(made.unseal()[0])["type"] == "webhook.test"
    assert call.said["data"] == {}


def test_what_a_hook_has_still_to_be_told_of_an_erased_request_is_told_before_its_row_goes(
    austin, receiver, settings, tmp_path, time_machine
):
    settings.ERASURE_LIST = str(tmp_path / "erased.txt")
    made = hook(austin.clinic, receiver.url)
    receiver.status = 500
    referral = austin.referral()
    worker.run_once()
    erasing.erase(referral)
    assert erasing.sweep() == 0
    receiver.status = 200
    time_machine.move_to(Delivery.objects.get(hook=made).due_at)
    worker.run_once()
    assert receiver.calls[-1].said["data"]["id"] == str(referral.pk)
    time_machine.move_to(timezone.now() + datetime.timedelta(days=2))  # the form of the request cannot be sent again
    worker.run_once()
    assert not Delivery.objects.filter(hook=made).exists()


def test_a_fault_in_one_hook_keeps_no_other_from_going_out(austin, receiver, monkeypatch):
    made = hook(austin.clinic, receiver.url)
    broken = hook(austin.clinic, f"{receiver.url}/broken")

    def body(delivery):
        if delivery.hook_id == broken.pk:
            raise KeyError("wombat")
        return whole(delivery)

    whole = webhook.body
    monkeypatch.setattr(webhook, "body", body)
    austin.referral()
    worker.run_once()
    assert Delivery.objects.get(hook=made).sent_at is not None
    assert Delivery.objects.get(hook=broken).last_error == "KeyError"


def test_a_failure_says_a_code_and_never_an_address():
    with pytest.raises(SendFailed) as failed:
        webhook.send(webhook.Call("https://127.0.0.1/?key=wombat", b"", {}))
    assert str(failed.value) == "address_host"


def test_the_context_of_calls_checks_certificates_and_names():
    context = ssl.create_default_context()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
