"""A partner's server and the running site: from the questions over the patient's mail to the clinic."""

import json
import re
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from referrals.models import Delivery, IdempotencyKey
from tests import factories
from tests.referrals import mailbox, searching
from tests.referrals.partner import ADDRESS, body
from tests.referrals.patient import CANARIES, agree
from tests.referrals.running import Answer, Browser, Running, until

CONFIRM = re.compile(rb"http://127\.0\.0\.1:\d+(/referrals/[\w-]+/confirm/)")


def ask(site: Running, path: str, key: str, sent: Any = None, **headers: str) -> Answer:
    data = None if sent is None else json.dumps(sent).encode()
    given = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"} | headers
    request = urllib.request.Request(site.url + path, data=data, headers=given)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return Answer(response.status, dict(response.headers), response.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, dict(error.headers), error.read())


def test_from_the_questions_to_the_clinic_over_http(committed_austin, smtp, tmp_path):
    austin, key = committed_austin, factories.api_key()
    mailbox.real(austin)
    pk = austin.practice.pk
    with Running(tmp_path, mail=smtp.port) as site:
        asked = json.loads(ask(site, f"/api/v1/procedures/adhesiolysis/intake/?practice={pk}", key).text)
        assert asked["practice"]["requests"] == "online"
        sent = body(pk, version=asked["version"])
        for wrong in ({"warning": "yes"}, {"name": None}, {"email": None}, {CANARIES["name"]: CANARIES["stops"]}):
            refused = ask(site, ADDRESS, key, body(pk, answers=wrong), **{"Idempotency-Key": "one"})
            assert refused.status_code == 422, refused.text
        assert not IdempotencyKey.objects.exists()
        made = ask(site, ADDRESS, key, sent, **{"Idempotency-Key": "one"})
        assert made.status_code == 201, made.text
        again = ask(site, ADDRESS, key, sent, **{"Idempotency-Key": "one"})
        assert (again.content, again["Idempotency-Replayed"]) == (made.content, "true")

        links = lambda: CONFIRM.findall(b"\n".join(map(searching.mail, smtp.mails)))  # noqa: E731
        until(links)
        link = links()[0].decode()
        patient = Browser(site.url)
        assert "It was sent through Back Help." in patient.get(link).text
        assert agree(patient, link).status_code == 303
        follow = urlsplit(json.loads(made.text)["url"]).path
        assert json.loads(ask(site, follow, key).text)["state"] == "submitted"
        until(lambda: Delivery.objects.filter(kind=Delivery.Kind.CLINIC_NEW).exclude(sent_at=None).exists())
        places = {"database": searching.database(), "logs": site.logs(), "files": searching.folder(tmp_path)}
        told = b"\n".join(map(searching.mail, smtp.mails))
    assert searching.found(["sent at attempt 1"], places["logs"])  # the search itself works, in each place
    assert searching.found(["Back Help"], places["database"])
    assert searching.everywhere(places, [*CANARIES.values(), "555-0186", key, link.split("/")[2]]) == {}
    assert searching.found([*CANARIES.values(), "Back Help"], told) == []
