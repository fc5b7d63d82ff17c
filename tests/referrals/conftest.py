"""A clinic that takes requests, the people around it, and what a patient sends. All of them are fictional."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from directory.models import Clinic, Practice, User
from referrals import moves
from referrals.models import Referral
from referrals.vault import tokens
from tests import factories
from tests.kept_true import search_is_kept_true  # noqa: F401 (for every test of this room)
from tests.referrals import mailbox
from tests.referrals.patient import CONTENT


@dataclass
class Austin:
    """A connected clinic with an office that offers adhesiolysis, its coordinator, and a stranger from another one."""

    clinic: Clinic
    practice: Practice
    coordinator: User
    stranger: User
    operator: User

    def referral(self, **fields: Any) -> Referral:
        return moves.submit(
            self.practice.pk,
            "adhesiolysis",
            CONTENT,
            consent_version="1",
            form_key_hash=tokens.keyed_hash("test", tokens.new()),
            **fields,
        )

    @property
    def staff(self) -> moves.Actor:
        return moves.Actor.of_clinic(self.coordinator)


def build() -> Austin:
    clinic = factories.connected_clinic(name="Hill Country Pain")
    offering = factories.offering(clinic=clinic)
    return Austin(
        clinic=clinic,
        practice=offering.practice,
        coordinator=factories.member(clinic),
        stranger=factories.member(factories.connected_clinic()),
        operator=factories.operator(),
    )


@pytest.fixture
def smtp() -> Iterator[mailbox.Mailbox]:
    """A real SMTP server on a free port."""
    box, server = mailbox.start()
    yield box
    server.stop()


@pytest.fixture
def austin(db) -> Austin:
    return build()


@pytest.fixture
def committed_austin(transactional_db) -> Austin:
    """The same for tests with several connections or processes: everything is really committed."""
    # The flush after another such test took the reference data away.
    import_module("directory.migrations.0002_reference_data").add_missing(apps, None)
    return build()
