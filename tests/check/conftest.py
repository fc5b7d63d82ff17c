"""The clinic of the room next door, for answers that are taken along."""

from tests.referrals.conftest import committed_austin  # noqa: F401 (a fixture)
