"""Values of a referral, sealed one by one: each opens in its own row and field only."""

from referrals.vault.keys import DataKey


def seal(key: DataKey, field: str, text: str) -> bytes:
    """The text for the column of this field: version byte, nonce, cipher text with its tag."""
    return key.encrypt(text.encode(), _bound_to(key, field))


def unseal(key: DataKey, field: str, sealed: bytes | memoryview) -> str:
    """The text again. Raises VaultError if it was sealed for another row or field, with another key, or was changed."""
    return key.decrypt(bytes(sealed), _bound_to(key, field)).decode()


def _bound_to(key: DataKey, field: str) -> str:
    return f"referral.{field}|{key.pk}"
