"""One data key per referral (AES-256), wrapped by the newest of FIELD_ENCRYPTION_KEYS.

Wrapped form: one version byte, 12 bytes of nonce, the encrypted key with its tag. Bound to the referral and to the id
of the wrapping key, so that it opens nowhere else.
"""

import os
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

VERSION = b"\x01"
NONCE_BYTES = 12
KEY_BYTES = 32


class VaultError(Exception):
    """A sealed value does not open here. Says where, never what."""


class DataKey:
    """The key of one referral's values, in memory only."""

    __slots__ = ("_cipher", "pk")

    def __init__(self, pk: uuid.UUID, raw: bytes) -> None:
        self.pk = pk
        self._cipher = AESGCM(raw)

    def __repr__(self) -> str:
        return "<DataKey>"

    def encrypt(self, plain: bytes, bound_to: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + nonce + self._cipher.encrypt(nonce, plain, bound_to.encode())

    def decrypt(self, sealed: bytes, bound_to: str) -> bytes:
        return _open(self._cipher, sealed, bound_to)


def new(pk: uuid.UUID) -> tuple[DataKey, bytes, str]:
    """A fresh key for this referral -> (key, its wrapped form, the id of the key that wraps it)."""
    raw = AESGCM.generate_key(KEY_BYTES * 8)
    return DataKey(pk, raw), *_wrap(pk, raw)


def newest() -> str:
    """The id of the key that wraps what is written now."""
    return next(iter(settings.FIELD_ENCRYPTION_KEYS))


def rewrap(pk: uuid.UUID, wrapped: bytes, key_id: str) -> tuple[bytes, str]:
    """The same data key under the newest wrapping key -> (its wrapped form, the id of that key). Raises VaultError."""
    return _wrap(pk, _raw(pk, wrapped, key_id))


def unwrap(pk: uuid.UUID, wrapped: bytes, key_id: str) -> DataKey:
    """The key of this referral. Raises VaultError where the wrapping key is not there, or is not the right one."""
    return DataKey(pk, _raw(pk, wrapped, key_id))


def _wrap(pk: uuid.UUID, raw: bytes) -> tuple[bytes, str]:
    key_id = newest()
    nonce = os.urandom(NONCE_BYTES)
    cipher = AESGCM(settings.FIELD_ENCRYPTION_KEYS[key_id])
    return VERSION + nonce + cipher.encrypt(nonce, raw, _bound_to(pk, key_id).encode()), key_id


def _raw(pk: uuid.UUID, wrapped: bytes, key_id: str) -> bytes:
    wrapping_key = settings.FIELD_ENCRYPTION_KEYS.get(key_id)
    if wrapping_key is None:
        known = ", ".join(settings.FIELD_ENCRYPTION_KEYS)
        raise VaultError(
            f"FIELD_ENCRYPTION_KEYS lacks the key {key_id!r} that older requests need (it has {known}): add it again"
        )
    return _open(AESGCM(wrapping_key), wrapped, _bound_to(pk, key_id))


def _bound_to(pk: uuid.UUID, key_id: str) -> str:
    return f"referral.data_key|{pk}|{key_id}"


def _open(cipher: AESGCM, sealed: bytes, bound_to: str) -> bytes:
    if sealed[:1] != VERSION:
        raise VaultError(f"{bound_to}: nothing that this version has sealed")
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return cipher.decrypt(nonce, body, bound_to.encode())
    except (InvalidTag, ValueError) as error:  # ValueError: cut off within the nonce
        raise VaultError(f"{bound_to}: does not open. Another key, another row or field, or damaged") from error
