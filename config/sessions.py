"""Sessions in the database, asked only for keys that we could have made."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        """PostgreSQL ends with an error where it is asked for a NUL, which any cookie can hold."""
        return bool(key) and str(key).isascii() and str(key).isalnum() and len(str(key)) >= 8
