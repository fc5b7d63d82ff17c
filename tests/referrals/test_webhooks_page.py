"""docs/webhooks.md: its receiver runs as it is printed there, and what it says arrives does."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from referrals.deliveries import outbox, webhook, worker
from referrals.models import Delivery
from referrals.states import State
from tests.referrals.receiver import hook

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "webhooks.md").read_text()


@pytest.fixture
def printed_receiver(austin, settings):
    """The example as a process of its own -> the hook, and what the process prints."""
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.SITE_URL, settings.WEBHOOK_TEST_RECEIVER = "http://127.0.0.1:8000", f"127.0.0.1:{port}"
    made = hook(austin.clinic, f"http://127.0.0.1:{port}/requests")
    environment = os.environ | {"WEBHOOK_SECRET": made.unseal()[0], "PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while process.poll() is None:
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                break
    yield made, process
    process.kill()
    process.wait()


def test_the_printed_receiver_takes_a_request_once_and_refuses_another_secret(austin, printed_receiver):
    made, process = printed_receiver
    referral = austin.referral()
    worker.run_once()
    delivery = Delivery.objects.get(hook=made)
    assert delivery.sent_at is not None
    webhook.send(webhook.prepare(delivery))  # a repeat, which it answers and drops
    made.make_secret()
    made.save()
    outbox.try_hook(made)
    worker.run_once()
    assert Delivery.objects.get(kind="hook_test").last_error == "http_401"
    process.kill()
    assert process.communicate()[0].splitlines() == [f"referral.submitted {referral.reference}"]


def test_the_printed_body_has_the_fields_that_arrive(austin):
    (printed,) = (json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.S))
    made = hook(austin.clinic, "https://hooks.example.org/")
    austin.referral()
    told = webhook.body(Delivery.objects.get(hook=made))
    assert list(printed) == list(told)
    assert list(printed["data"]) == list(told["data"])


def test_every_state_that_can_be_told_is_named():
    named = set(re.search(r"`referral\.` and a state \((.*?)\)", PAGE)[1].replace("`", "").split(", "))
    assert named == set(State.values) - {State.DRAFT, State.UNCONFIRMED}
