"""Addresses that clinics type: nothing inside a network is ever called, however it is written or looked up."""

import socket
import threading

import pytest
from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured

from config import env
from referrals.deliveries import addresses
from referrals.deliveries.addresses import AddressRefused, Why, is_public


class Resolver:
    """In the place of the system's: each look-up gets the next answer, the last one for ever."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0

    def __call__(self, host, port, *args, **kwargs):
        answer = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        if not answer:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        family = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(family[":" in ip], socket.SOCK_STREAM, 6, "", (ip, port)) for ip in answer]


@pytest.fixture
def resolves(monkeypatch):
    def resolves(*answers: list[str]) -> Resolver:
        resolver = Resolver(*answers)
        monkeypatch.setattr(socket, "getaddrinfo", resolver)
        return resolver

    return resolves


def why(url: str) -> Why:
    with pytest.raises(AddressRefused) as refused:
        addresses.parse(url)
    return refused.value.why


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", Why.UNREADABLE),
        ("https://hooks.example.org/ a", Why.UNREADABLE),
        ("https://hooks.example.org/\n", Why.UNREADABLE),
        ("https://hooks.example.org\\@127.0.0.1/", Why.UNREADABLE),
        ("https://bücher.example/", Why.UNREADABLE),
        ("https://127。0。0。1/", Why.UNREADABLE),
        ("https://hooks.example.org/" + "a" * 500, Why.UNREADABLE),
        ("http://hooks.example.org/", Why.NOT_HTTPS),
        ("ftp://hooks.example.org/", Why.NOT_HTTPS),
        ("file:///etc/passwd", Why.NOT_HTTPS),
        ("gopher://hooks.example.org:443/", Why.NOT_HTTPS),
        ("hooks.example.org/x", Why.NOT_HTTPS),
        ("//hooks.example.org/", Why.NOT_HTTPS),
        ("https://kim@hooks.example.org/", Why.USER_INFO),
        ("https://kim:word@hooks.example.org/", Why.USER_INFO),
        ("https://hooks.example.org@127.0.0.1/", Why.USER_INFO),
        ("https://@hooks.example.org/", Why.USER_INFO),
        ("https://hooks.example.org:80/", Why.PORT),
        ("https://hooks.example.org:22/", Why.PORT),
        ("https://hooks.example.org:8443/", Why.PORT),
        ("https://hooks.example.org:0/", Why.PORT),
        ("https://hooks.example.org:99999/", Why.PORT),
        ("https://hooks.example.org:port/", Why.PORT),
        ("https://hooks.example.org:/", Why.PORT),
        ("https://hooks.example.org./", Why.HOST),
        ("https://localhost/", Why.HOST),
        ("https://localhost./", Why.HOST),
        ("https://intranet/", Why.HOST),
        ("https:///x", Why.HOST),
        ("https://127.0.0.1/", Why.HOST),
        ("https://127.1/", Why.HOST),
        ("https://2130706433/", Why.HOST),
        ("https://0x7f000001/", Why.HOST),
        ("https://0x7f.0.0.1/", Why.HOST),
        ("https://0177.0.0.1/", Why.HOST),
        ("https://0/", Why.HOST),
        ("https://0.0.0.0/", Why.HOST),
        ("https://169.254.169.254/latest/meta-data/", Why.HOST),
        ("https://8.8.8.8/", Why.HOST),
        ("https://[::1]/", Why.HOST),
        ("https://[::ffff:127.0.0.1]/", Why.HOST),
        ("https://[64:ff9b::7f00:1]/", Why.HOST),
        ("https://[2002:7f00:1::]/", Why.HOST),
        ("https://[::1/", Why.HOST),
        ("https://[fe80::1%25eth0]/", Why.HOST),
        ("https://-hooks.example.org/", Why.HOST),
        ("https://hooks..example.org/", Why.HOST),
        ("https://hooks.example.org#@127.0.0.1/", Why.FRAGMENT),
        ("https://hooks.example.org/#part", Why.FRAGMENT),
    ],
)
def test_what_is_no_address_of_a_host_on_the_internet_is_refused_before_anybody_is_asked(url, reason, resolves):
    resolver = resolves(["93.184.216.34"])
    assert why(url) == reason
    assert resolver.asked == 0


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("https://hooks.example.org", "hooks.example.org", "/"),
        ("https://hooks.example.org:443/in?key=1", "hooks.example.org", "/in?key=1"),
        ("HTTPS://Hooks.Example.ORG/In", "hooks.example.org", "/In"),
        ("https://xn--bcher-kva.example/a", "xn--bcher-kva.example", "/a"),
        ("https://hooks.example.org?a=b", "hooks.example.org", "/?a=b"),
    ],
)
def test_a_name_on_the_internet_is_taken(url, host, path):
    target = addresses.parse(url)
    assert (target.host, target.port, target.path, target.is_test) == (host, 443, path, False)


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "100.100.100.200",  # metadata of one cloud
        "168.63.129.16",  # of another
        "169.254.169.254",  # of most
        "169.254.0.1",
        "192.0.0.1",
        "192.0.0.9",
        "192.0.0.170",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.1.2.3",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        "100::1",
        "2001::1",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",  # metadata again
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "4000::1",
        "not an address",
    ],
)
def test_an_address_that_is_not_on_the_internet_is_known(ip):
    assert not is_public(ip)


@pytest.mark.parametrize("ip", ["8.8.8.8", "93.184.216.34", "2606:2800:220:1::1", "64:ff9b::808:808"])
def test_an_address_on_the_internet_is_known_too(ip):
    assert is_public(ip)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (["127.0.0.1"], Why.INTERNAL),
        (["93.184.216.34", "10.0.0.5"], Why.INTERNAL),
        (["10.0.0.5", "93.184.216.34"], Why.INTERNAL),
        (["93.184.216.34", "::1"], Why.INTERNAL),
        (["64:ff9b::7f00:1"], Why.INTERNAL),
        ([], Why.UNKNOWN),
    ],
)
def test_every_address_of_a_name_is_looked_at(resolves, answer, reason):
    resolves(answer)
    with pytest.raises(AddressRefused) as refused:
        addresses.check("https://hooks.example.org/")
    assert refused.value.why == reason


def test_a_name_with_several_addresses_on_the_internet_is_taken_with_all_of_them(resolves):
    resolves(["93.184.216.34", "2606:2800:220:1::1", "93.184.216.34"])
    found = addresses.look_up(addresses.parse("https://hooks.example.org/"))
    assert found == ["93.184.216.34", "2606:2800:220:1::1"]


def test_a_resolver_that_never_answers_holds_nobody_up(monkeypatch):
    never = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: never.wait() and [])
    monkeypatch.setattr(addresses, "LOOK_UP_SECONDS", 0.05)
    with pytest.raises(AddressRefused, match="unknown"):
        addresses.check("https://hooks.example.org/")
    never.set()


# ---- the receiver of trials -----------------------------------------------------------------------------------------


@pytest.fixture
def trial(settings):
    settings.SITE_URL, settings.WEBHOOK_TEST_RECEIVER = "http://127.0.0.1:8000", "127.0.0.1:9000"


def test_on_one_machine_one_named_receiver_may_be_called_without_https(trial):
    target = addresses.check("http://127.0.0.1:9000/hook?a=1")
    assert (target.host, target.port, target.path, target.is_test) == ("127.0.0.1", 9000, "/hook?a=1", True)
    assert target.authority == "127.0.0.1:9000"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9001/",
        "http://127.0.0.1/",
        "http://127.0.0.2:9000/",
        "http://localhost:9000/",
        "https://127.0.0.1:9000/",
        "http://kim@127.0.0.1:9000/",
    ],
)
def test_and_nothing_beside_it(trial, url):
    with pytest.raises(AddressRefused):
        addresses.check(url)


def test_a_site_that_others_can_reach_has_no_such_receiver_whatever_is_set(trial, settings):
    settings.SITE_URL = "https://pain.example.org"
    assert why("http://127.0.0.1:9000/hook") == Why.NOT_HTTPS


def errors() -> list[str]:
    return [each.id for each in run_checks(tags=[Tags.security]) if str(each.id).startswith("referrals.")]


def test_a_system_check_refuses_the_receiver_of_trials_on_a_site_that_others_can_reach(trial, settings):
    assert errors() == []
    settings.SITE_URL = "https://pain.example.org"
    assert errors() == ["referrals.E003"]
    settings.WEBHOOK_TEST_RECEIVER = ""
    assert errors() == []


@pytest.mark.parametrize("text", ["", "127.0.0.1:9000", "[::1]:9000", "127.8.8.8:1"])
def test_the_setting_takes_a_loopback_address_with_a_port(monkeypatch, text):
    monkeypatch.setenv("WEBHOOK_TEST_RECEIVER", text)
    assert env.loopback_receiver("WEBHOOK_TEST_RECEIVER") == text


@pytest.mark.parametrize(
    "text", ["127.0.0.1", "localhost:9000", "10.0.0.1:9000", "127.0.0.1:x", "a@127.0.0.1:9", "http://127.0.0.1:9000"]
)
def test_and_says_what_it_wants_otherwise(monkeypatch, text):
    monkeypatch.setenv("WEBHOOK_TEST_RECEIVER", text)
    with pytest.raises(ImproperlyConfigured, match="a loopback address with its port, like"):
        env.loopback_receiver("WEBHOOK_TEST_RECEIVER")
