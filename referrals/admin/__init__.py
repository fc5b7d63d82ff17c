"""The admin of requests: a clinic's inbox, and the page on which one request is read and answered."""

from referrals.admin import blocks, deliveries, hooks, oversight, referrals

__all__ = ["blocks", "deliveries", "hooks", "oversight", "referrals"]
