"""Texts sealed for a short while: answers that travel in a form, a draft, an address to which a code is mailed.

Sealed form: one version byte, the length and the id of the key, 12 bytes of nonce, the cipher text with its tag. It
opens only for what it was bound to, and says when it was sealed. The keys are derived from FIELD_ENCRYPTION_KEYS, so
that a value of a request is never taken for one of these: an older key must stay in the setting for a day.
"""

import base64
import binascii
import datetime
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from referrals.vault.keys import KEY_BYTES, NONCE_BYTES, VaultError

VERSION = b"\x01"
TIME_BYTES = 8  # seconds since 1970, at the head of what is sealed


class SealedTooOld(VaultError):
    """It is ours and whole, but its time is over."""


def seal(text: str, bound_to: str, now: datetime.datetime) -> bytes:
    """The text, with the time (aware), for nobody but this site and for this place only."""
    key_id, wrapping_key = next(iter(settings.FIELD_ENCRYPTION_KEYS.items()))
    nonce = os.urandom(NONCE_BYTES)
    plain = int(now.timestamp()).to_bytes(TIME_BYTES) + text.encode()
    head = VERSION + bytes([len(key_id)]) + key_id.encode()
    return head + nonce + _cipher(wrapping_key).encrypt(nonce, plain, _bound_to(bound_to, head))


def unseal(sealed: bytes, bound_to: str, now: datetime.datetime, *, lasts: datetime.timedelta) -> str:
    """The text again. Raises SealedTooOld, and VaultError for what was changed, or sealed for another place."""
    head, rest = _head(sealed)
    wrapping_key = settings.FIELD_ENCRYPTION_KEYS.get(head[2:].decode(errors="replace"))
    if wrapping_key is None:
        raise VaultError(f"{bound_to}: sealed with a key that FIELD_ENCRYPTION_KEYS does not have")
    nonce, body = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
    try:
        plain = _cipher(wrapping_key).decrypt(nonce, body, _bound_to(bound_to, head))
    except (InvalidTag, ValueError) as error:  # ValueError: cut off within the nonce
        raise VaultError(f"{bound_to}: does not open. Bound to another place, or changed") from error
    age = now.timestamp() - int.from_bytes(plain[:TIME_BYTES])
    if age > lasts.total_seconds():
        raise SealedTooOld(f"{bound_to}: too old")
    return plain[TIME_BYTES:].decode()


def as_text(sealed: bytes) -> str:
    """For a hidden field."""
    return base64.urlsafe_b64encode(sealed).decode()


def from_text(text: str) -> bytes:
    """What `as_text` made. Raises VaultError."""
    try:
        sealed = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError) as error:
        raise VaultError("no sealed text") from error
    if as_text(sealed) != text:  # another spelling of the same bytes is not what we sent
        raise VaultError("no sealed text as we write it")
    return sealed


def _head(sealed: bytes) -> tuple[bytes, bytes]:
    if sealed[:1] != VERSION or len(sealed) < 2:
        raise VaultError("nothing that this version has sealed")
    end = 2 + sealed[1]
    return sealed[:end], sealed[end:]


def _cipher(wrapping_key: bytes) -> AESGCM:
    derived = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=b"referrals.sealed").derive(
        wrapping_key
    )
    return AESGCM(derived)


def _bound_to(place: str, head: bytes) -> bytes:
    return b"referral.sealed|" + place.encode() + b"|" + head
