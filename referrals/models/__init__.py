"""What is kept of a request, of its history and of what must be told."""

from referrals.models.deliveries import Delivery, Heartbeat
from referrals.models.history import Opening, Step
from referrals.models.links import ReferralLink
from referrals.models.referrals import Content, Referral

__all__ = ["Content", "Delivery", "Heartbeat", "Opening", "Referral", "ReferralLink", "Step"]
