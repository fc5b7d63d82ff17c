"""The admin of requests: a clinic's inbox, and the page on which one request is read and answered."""

from referrals.admin import blocks, deliveries, oversight, referrals

__all__ = ["blocks", "deliveries", "oversight", "referrals"]
