"""The admin of requests: a clinic's inbox, and the page on which one request is read and answered."""

from referrals.admin import deliveries, referrals

__all__ = ["deliveries", "referrals"]
