"""MAP_TILE_URL: understood or explained, and the only host besides this one that a page may load anything from."""

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from config import csp, env
from directory.views import maps

GOOD = {
    "https://tiles.example.org/{z}/{x}/{y}.png": "https://tiles.example.org",
    "https://{s}.tiles.example.org/osm/{z}/{x}/{y}{r}.png?key=abc": "https://*.tiles.example.org",
    "http://127.0.0.1:9000/{z}/{x}/{y}": "http://127.0.0.1:9000",
}


@pytest.mark.parametrize(("address", "allowed"), GOOD.items())
def test_its_host_is_allowed_for_pictures_and_for_nothing_else(monkeypatch, address, allowed):
    monkeypatch.setenv("TEST_VARIABLE", f" {address} ")
    assert env.tile_url("TEST_VARIABLE") == address
    policy = csp.policy(address)
    assert policy["img-src"] == [csp.CSP.SELF, allowed]
    assert {name: value for name, value in policy.items() if name != "img-src"} == {
        name: value for name, value in csp.POLICY.items() if name != "img-src"
    }


def test_without_one_nothing_is_allowed(monkeypatch):
    monkeypatch.setenv("TEST_VARIABLE", "  ")
    assert env.tile_url("TEST_VARIABLE") == env.tile_url("VARIABLE_THAT_IS_NOT_SET") == ""
    assert csp.policy("") == csp.POLICY


@pytest.mark.parametrize(
    "address",
    [
        "tiles.example.org/{z}/{x}/{y}.png",
        "//tiles.example.org/{z}/{x}/{y}.png",
        "ftp://tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}.png",
        "https:///{z}/{x}/{y}.png",
        "https://tiles.example.org;script-src *//{z}/{x}/{y}.png",
        "https://user:secret@tiles.example.org/{z}/{x}/{y}.png",
        "https://{z}.example.org/{z}/{x}/{y}.png",
        "https://*/{z}/{x}/{y}.png",
    ],
)
def test_what_is_no_such_address_is_explained(monkeypatch, address):
    monkeypatch.setenv("TEST_VARIABLE", address)
    with pytest.raises(ImproperlyConfigured, match=r"TEST_VARIABLE must be like https://tiles\.example\.org/\{z\}"):
        env.tile_url("TEST_VARIABLE")


def told(settings, **values) -> list[str]:
    for name, value in values.items():
        setattr(settings, name, value)
    return [message.id for message in run_checks(tags=["security"]) if message.id.startswith("directory.")]


def test_what_does_not_go_together_is_told_at_the_start(settings):
    tiles = "https://tiles.example.org/{z}/{x}/{y}.png"
    assert told(settings) == []
    assert told(settings, MAP_TILE_URL=tiles, MAP_ATTRIBUTION="© Example") == []
    assert told(settings, MAP_ATTRIBUTION="") == ["directory.W002"]
    assert told(settings, MAP_TILE_URL=tiles.replace("https", "http"), HTTPS=True) == [
        "directory.E001",
        "directory.W002",
    ]


def test_the_host_is_named_without_the_part_that_changes(settings):
    settings.MAP_TILE_URL = "https://{s}.tiles.example.org/{z}/{x}/{y}.png"
    assert maps.tile_host() == "tiles.example.org"
    settings.MAP_TILE_URL = ""
    assert maps.tile_host() == ""
