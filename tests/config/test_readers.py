"""Settings of the web: every complaint names the variable and what it may hold."""

import ipaddress

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.fixture
def variable(monkeypatch):
    def put(value):
        monkeypatch.setenv("TEST_VARIABLE", value)
        return "TEST_VARIABLE"

    return put


def test_without_proxies_nobody_is_trusted(variable):
    assert env.networks("VARIABLE_THAT_IS_NOT_SET") == env.networks(variable("")) == []


def test_proxies_are_addresses_and_networks_of_both_kinds(variable):
    found = env.networks(variable("10.0.0.5, 192.168.0.0/24,2001:db8::/32,"))
    assert found == [ipaddress.ip_network(text) for text in ("10.0.0.5/32", "192.168.0.0/24", "2001:db8::/32")]


@pytest.mark.parametrize("value", ["*", "localhost", "10.0.0.0/33", "10.0.0.5/24", "10.0.0.5 192.0.2.1", "10.0.0"])
def test_a_proxy_that_is_no_address_is_explained(variable, value):
    with pytest.raises(ImproperlyConfigured, match=r"TEST_VARIABLE must be addresses or networks.*10\.0\.0\.5"):
        env.networks(variable(value))


@pytest.mark.parametrize("value", ["1/second", "120/minute", "5000/hour", "100000/day"])
def test_a_rate_is_so_many_in_some_time(variable, value):
    assert env.rate(variable(value), default="120/minute") == value


def test_without_a_rate_there_is_the_usual_one():
    assert env.rate("VARIABLE_THAT_IS_NOT_SET", default="120/minute") == "120/minute"


@pytest.mark.parametrize(
    "value", ["", "120", "0/minute", "-1/minute", "120/min", "120/Minute", "many/minute", "1.5/second", "٣/minute", "/"]
)
def test_a_rate_that_is_none_is_explained(variable, value):
    with pytest.raises(ImproperlyConfigured, match="TEST_VARIABLE must be like 120/minute") as complaint:
        env.rate(variable(value), default="120/minute")
    assert repr(value) in str(complaint.value)


@pytest.mark.parametrize(("value", "number"), [("1", 1), (" 30 ", 30), ("365", 365)])
def test_a_whole_number_is_from_1_up(variable, value, number):
    assert env.whole(variable(value), default=7) == number
    assert env.whole("VARIABLE_THAT_IS_NOT_SET", default=7) == 7


@pytest.mark.parametrize("value", ["", "0", "-1", "1.5", "ten", "٣", "1 day"])
def test_a_whole_number_that_is_none_is_explained(variable, value):
    with pytest.raises(ImproperlyConfigured, match="TEST_VARIABLE must be a whole number from 1 to 100000, like 7"):
        env.whole(variable(value), default=7)


def test_an_address_may_be_left_out_and_is_one(variable):
    assert env.email("VARIABLE_THAT_IS_NOT_SET") == env.email(variable("")) == ""
    assert env.email(variable(" operator@pain.test ")) == "operator@pain.test"


@pytest.mark.parametrize("value", ["operator", "a@b@c", "a@pain.test, b@pain.test", "Kim <kim@pain.test>"])
def test_an_address_that_is_none_is_explained(variable, value):
    with pytest.raises(ImproperlyConfigured, match="TEST_VARIABLE must be one e-mail address"):
        env.email(variable(value))
