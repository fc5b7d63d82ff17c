"""Files, sealed in pieces, each under a key of its own.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance, 2015): each piece is AES-256-GCM, its number and whether it is the last stand in its nonce and in
what it is bound to. So no piece can be changed, left out, exchanged, added, or taken from another file, and a file that
was cut off does not open. A key seals one file only, which is what makes a counted nonce safe.

Sealed form: one version byte, then the pieces: PIECE bytes of the file (the last has fewer, or as many) and 16 of tag.
"""

import itertools
import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from referrals.vault.keys import KEY_BYTES, NONCE_BYTES, VaultError

VERSION = b"\x01"
PIECE = 64 * 1024  # bytes
TAG_BYTES = 16


def new_key() -> bytes:
    """For one file; kept sealed under the key of its request."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, content: bytes) -> Iterator[bytes]:
    """The sealed form of a file that is not empty, piece by piece."""
    if not content:
        raise ValueError("an empty file is not sealed")
    cipher, whole = AESGCM(key), memoryview(content)
    yield VERSION
    for number, start in enumerate(range(0, len(content), PIECE)):
        nonce = _nonce(number, is_last=start + PIECE >= len(content))
        yield cipher.encrypt(nonce, whole[start : start + PIECE], _bound_to(nonce))


def unseal(key: bytes, sealed: BinaryIO) -> Iterator[bytes]:
    """The file again, piece by piece: what was given out is right even where a later piece then is not.

    Raises VaultError as soon as something is not as it was sealed; also at the end, where the end is missing.
    """
    if sealed.read(len(VERSION)) != VERSION:
        raise VaultError("a file: nothing that this version has sealed")
    cipher, piece = AESGCM(key), sealed.read(PIECE + TAG_BYTES)
    for number in itertools.count():
        following = sealed.read(PIECE + TAG_BYTES)
        nonce = _nonce(number, is_last=not following)
        try:
            yield cipher.decrypt(nonce, piece, _bound_to(nonce))
        except (InvalidTag, ValueError) as error:  # ValueError: shorter than a tag
            raise VaultError(f"a file, piece {number}: does not open. Another key, cut off, or damaged") from error
        if not following:
            return
        piece = following


def sealed_size(size: int) -> int:
    """Of a file of so many bytes."""
    return len(VERSION) + size + TAG_BYTES * -(-size // PIECE)


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(NONCE_BYTES - 1) + bytes([is_last])


def _bound_to(nonce: bytes) -> bytes:
    return b"referral.attachment|" + nonce
