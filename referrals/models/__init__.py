"""What is kept of a request, of its history and of what must be told."""

from referrals.models.asking import ContactCheck, Draft
from referrals.models.attachments import Attachment, LooseFile
from referrals.models.blocks import BlockedMailbox
from referrals.models.correspondence import Attempt, Message
from referrals.models.counts import Finished
from referrals.models.deliveries import Delivery, Heartbeat
from referrals.models.history import Opening, Step
from referrals.models.holds import LegalHold
from referrals.models.hooks import WebHook
from referrals.models.idempotency import IdempotencyKey
from referrals.models.links import LostLink, ReferralLink
from referrals.models.oversight import OperatorReading
from referrals.models.referrals import Content, Referral

__all__ = [
    "Attachment",
    "Attempt",
    "BlockedMailbox",
    "ContactCheck",
    "Content",
    "Delivery",
    "Draft",
    "Finished",
    "Heartbeat",
    "IdempotencyKey",
    "LegalHold",
    "LooseFile",
    "LostLink",
    "Message",
    "Opening",
    "OperatorReading",
    "Referral",
    "ReferralLink",
    "Step",
    "WebHook",
]
