"""Secrets that travel in addresses and forms. The database keeps their keyed hash only."""

import base64
import datetime
import hashlib
import hmac
import secrets

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner

_form_keys = TimestampSigner(salt="referrals.form")


def new() -> str:
    """256 bits, to stand in an address."""
    return secrets.token_urlsafe(32)


def after(token: str) -> str:
    """The token that takes the place of this one: as long, always the same, and known to nobody without the key."""
    return base64.urlsafe_b64encode(bytes.fromhex(keyed_hash("token-after", token))).decode().rstrip("=")


def signing_secret() -> str:
    """256 bits that sign what a receiver is told, written as Standard Webhooks does: `whsec_` and base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def keyed_hash(purpose: str, *parts: str) -> str:
    """HMAC-SHA256 with FIELD_HASH_KEY, as 64 hex digits: equal where the parts are, useless without the key.

    The purpose keeps a hash made for one column from being found in another.
    """
    text = "\0".join([purpose, *parts])
    return hmac.new(settings.FIELD_HASH_KEY, text.encode(), hashlib.sha256).hexdigest()


def form_key() -> str:
    """The key of one empty form, signed with its time: whoever sends the form twice sends one request."""
    return _form_keys.sign(new())


def is_form_key(text: str, *, lasts: datetime.timedelta) -> bool:
    """Whether we made this key, and not too long ago."""
    try:
        _form_keys.unsign(text, max_age=lasts)
    except BadSignature:
        return False
    return True
