"""Web hooks: a clinic's own system is told that something happened. Ids and states, signed by Standard Webhooks.

Two halves: `prepare` reads the database and makes a `Call`; `send` takes it over the network and touches no database,
so that a few can be on their way at once.
"""

import datetime
import email.utils
import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.utils import timezone
from standardwebhooks import Webhook

from directory.models import Specialist
from referrals.deliveries import addresses
from referrals.deliveries.addresses import AddressRefused, Target
from referrals.deliveries.errors import GONE, SendFailed
from referrals.models import Delivery, WebHook
from referrals.vault.keys import VaultError

CONNECT_SECONDS = 5.0  # to all addresses of a name together
ANSWER_SECONDS = 10.0  # from then on to the end of the answer's headers, however slowly they drip
# So long a receiver is left alone at its word (Retry-After); what asks for more is asked again after this.
LONGEST_WAIT = datetime.timedelta(hours=1)
USER_AGENT = "Pain-Specialist-Finder-Web-Hook"


@dataclass(frozen=True, slots=True, repr=False)
class Call:
    """One attempt, whole. Its `repr` shows nothing: the address may hold a key of the receiver."""

    url: str
    body: bytes
    headers: dict[str, str]

    def __repr__(self) -> str:
        return "<Call of a web hook>"


def prepare(delivery: Delivery) -> Call:
    """The call, signed now: receivers refuse old signatures. Raises SendFailed where there is nothing to call."""
    hook = delivery.hook
    if hook is None:
        raise SendFailed("no_hook", permanent=True)  # the database has a rule against it
    if not hook.is_on and delivery.kind != Delivery.Kind.HOOK_TEST:
        raise SendFailed("switched_off", permanent=True)
    _keep_demonstration_in(hook)
    now = timezone.now()
    text = json.dumps(body(delivery), separators=(",", ":"))
    try:
        secrets = hook.unseal(now)
    except VaultError as error:
        raise SendFailed("secret_does_not_open") from error
    return Call(
        url=hook.url,
        body=text.encode(),
        headers={
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            # The same at every attempt, so that the receiver can drop repeats
            "webhook-id": str(delivery.pk),
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(Webhook(secret).sign(str(delivery.pk), now, text) for secret in secrets),
        },
    )


def body(delivery: Delivery) -> dict[str, object]:
    """What the receiver reads, the same at every attempt: ids and states. The request's words are behind a log-in."""
    kind, step, referral = Delivery.Kind(delivery.kind), delivery.step, delivery.referral
    if kind == Delivery.Kind.HOOK_TEST or step is None or referral is None:
        return {"type": "webhook.test", "timestamp": _moment(delivery.created_at), "data": {}}
    data: dict[str, object] = {
        "id": str(referral.pk),
        "reference": referral.reference,
        "state": step.to,
        "version": step.version,
        "practice": referral.practice_id,
    }
    match kind:
        case Delivery.Kind.HOOK_FROM_PATIENT:
            name, at = "message.from_patient", delivery.created_at
        case Delivery.Kind.HOOK_FROM_CLINIC:
            name, at = "message.from_clinic", delivery.created_at
        case _:
            name, at = f"referral.{step.to}", step.at
    return {"type": name, "timestamp": _moment(at), "data": data}


def send(call: Call) -> None:
    """Calls it once. Anything but 2xx raises SendFailed, a redirect too: where it leads nobody has checked."""
    try:
        target = addresses.parse(call.url)
        found = addresses.look_up(target)
    except AddressRefused as refused:
        raise SendFailed(f"address_{refused.why}") from refused
    status, retry_after = _call(target, found, call)
    if 200 <= status < 300:
        return
    if status == http.HTTPStatus.GONE:
        raise SendFailed(GONE, permanent=True)
    busy = status in (http.HTTPStatus.TOO_MANY_REQUESTS, http.HTTPStatus.SERVICE_UNAVAILABLE)
    raise SendFailed(f"http_{status}", not_before=_wanted_wait(retry_after) if busy else None)


def _keep_demonstration_in(hook: WebHook) -> None:
    """Nothing leaves a demonstration, save to the receiver of trials on the same machine."""
    if not Specialist.objects.fictional().exists():
        return
    try:
        is_test = addresses.parse(hook.url).is_test
    except AddressRefused:
        is_test = False
    if not is_test:
        raise SendFailed("demonstration", permanent=True)


def _call(target: Target, found: list[str], call: Call) -> tuple[int, str]:
    """Sends it to the first of the checked addresses that takes it -> status and Retry-After. Raises SendFailed."""
    ends = threading.Event()
    try:
        with _connected(target, found, ends) as connected:
            connection = http.client.HTTPConnection(target.host, target.port)
            connection.sock = connected
            headers = call.headers | {"Host": target.authority, "Connection": "close"}
            connection.request("POST", target.path, body=call.body, headers=headers)
            # Its body is not read: whatever it says, and however long, the status is all that counts
            answer = connection.getresponse()
            if ends.is_set():  # headers that were cut off read like headers that ended
                raise TimeoutError
            return answer.status, answer.getheader("Retry-After") or ""
    except ssl.SSLCertVerificationError as error:
        raise SendFailed("certificate") from error
    except (http.client.HTTPException, OSError, ValueError) as error:  # ValueError: cut off within TLS
        timed_out = ends.is_set() or isinstance(error, TimeoutError)
        raise SendFailed("timed_out" if timed_out else type(error).__name__[:40]) from error


@contextmanager
def _connected(target: Target, found: list[str], ends: threading.Event) -> Iterator[socket.socket]:
    """A connection to one of these very addresses, cut when the time for all of it is over; `ends` then is set."""
    plain = _open(found, target.port)
    connected = plain
    if not target.is_test:
        context = ssl.create_default_context()
        # The name that was typed, not the address that was found for it; the handshake only once the clock runs
        connected = context.wrap_socket(plain, server_hostname=target.host, do_handshake_on_connect=False)

    def cut() -> None:
        ends.set()
        with suppress(OSError):
            socket.socket.shutdown(connected, socket.SHUT_RDWR)  # beneath TLS: whoever reads from it wakes

    clock = threading.Timer(ANSWER_SECONDS, cut)
    clock.daemon = True
    clock.start()
    try:
        connected.settimeout(ANSWER_SECONDS)
        if isinstance(connected, ssl.SSLSocket):
            connected.do_handshake()
        yield connected
    finally:
        clock.cancel()
        connected.close()


def _open(found: list[str], port: int) -> socket.socket:
    """Connects to the first that answers; each has its share of the time that is left. Raises OSError."""
    failed: OSError = TimeoutError()
    until = time.monotonic() + CONNECT_SECONDS
    for index, address in enumerate(found):
        left = until - time.monotonic()
        if left <= 0:
            break
        try:
            return socket.create_connection((address, port), timeout=left / (len(found) - index))
        except OSError as error:
            failed = error
    raise failed


def _wanted_wait(text: str) -> datetime.timedelta | None:
    """Retry-After in seconds or as a date, within reason; None where it says nothing that can be read."""
    if text.isascii() and text.isdigit():
        return min(datetime.timedelta(seconds=min(int(text[:9]), 10**6)), LONGEST_WAIT)
    try:
        until = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=datetime.UTC)
    return min(max(until - timezone.now(), datetime.timedelta()), LONGEST_WAIT)


def _moment(at: datetime.datetime) -> str:
    return at.astimezone(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
