"""Typed readers of the environment. Every complaint names the variable, what it held and what it may hold."""

import base64
import binascii
import ipaddress
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

read = environ.Env()


def secret(name: str, *, least: int) -> str:
    """A secret of at least `least` characters; there is no default, because an invented secret is no secret."""
    value = read.str(name, default="")
    if len(value) < least:
        raise ImproperlyConfigured(
            f"{name} must be set to at least {least} characters (it has {len(value)}). "
            "./run makes one in var/env; elsewhere: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return value


def _key(name: str, text: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured(
            f"{name} must hold 32 bytes in URL-safe base64. Make one: "
            "python -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'"
        )
    return key


def hash_key(name: str) -> bytes:
    """One 32-byte key."""
    return _key(name, secret(name, least=43))


def encryption_keys(name: str) -> dict[str, bytes]:
    """`id:key,id:key`, the newest first -> {id: 32 bytes} in that order. Old ones stay as long as data needs them."""
    keys: dict[str, bytes] = {}
    for entry in secret(name, least=45).split(","):
        key_id, separator, text = entry.strip().partition(":")
        if not separator or not key_id.isalnum() or len(key_id) > 16 or key_id in keys:
            raise ImproperlyConfigured(
                f"{name} must be id:key,id:key with the newest first and each id once, of up to 16 letters and digits"
            )
        keys[key_id] = _key(name, text)
    return keys


def database(name: str, *, default: str) -> dict[str, Any]:
    """A database address as Django wants it, with the options under which SQLite and PostgreSQL keep what they confirm.

    SQLite: write-ahead log, every commit on disk, writers wait in turn instead of failing ("database is locked").
    PostgreSQL: a pool; statements and locks that hang end with an error.
    """
    config: dict[str, Any] = read.db_url(name, default=default)
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # secure_delete: what was erased is overwritten in the file, not only given free
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
        }
        # Opening the file for each request would take longer than a search; a file that was exchanged is seen in time
        config["CONN_MAX_AGE"] = 60
        config["TEST"] = {"NAME": config["NAME"] + ".test"} if config["NAME"] != ":memory:" else {}
    elif config["ENGINE"] == "django.db.backends.postgresql":
        config["CONN_MAX_AGE"] = 0
        config["OPTIONS"] = {
            **config.get("OPTIONS", {}),
            "pool": {"min_size": 1, "max_size": 8, "timeout": 10},
            "options": "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s",
        }
    else:
        raise ImproperlyConfigured(
            f"{name} must be sqlite:///path or postgresql://user@host/name, not {config['ENGINE']}"
        )
    return config


def networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Addresses or networks, parted by commas: 10.0.0.5,192.168.0.0/24."""
    try:
        return [ipaddress.ip_network(each.strip()) for each in read.list(name, default=[]) if each.strip()]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} must be addresses or networks parted by commas, like 10.0.0.5,192.168.0.0/24: {error}"
        ) from error


def rate(name: str, *, default: str) -> str:
    """So many in a second, minute, hour or day: 120/minute."""
    text = read.str(name, default=default)
    number, _, unit = text.partition("/")
    if not (number.isascii() and number.isdigit() and int(number) > 0 and unit in ("second", "minute", "hour", "day")):
        raise ImproperlyConfigured(f"{name} must be like 120/minute (second, minute, hour, day), not {text!r}")
    return text


def whole(name: str, *, default: int) -> int:
    """A whole number from 1 to 100,000."""
    text = read.str(name, default=str(default)).strip()
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 100_000):
        raise ImproperlyConfigured(f"{name} must be a whole number from 1 to 100000, like {default}, not {text!r}")
    return int(text)


def loopback_receiver(name: str) -> str:
    """A loopback address with its port, 127.0.0.1:9000 or [::1]:9000, or nothing."""
    text = read.str(name, default="").strip()
    if not text:
        return ""
    try:
        parts = urlsplit(f"//{text}")
        fits = ipaddress.ip_address(parts.hostname or "").is_loopback and parts.port and parts.netloc == text
    except ValueError:
        fits = False
    if not fits or "@" in text:
        raise ImproperlyConfigured(
            f"{name} must be a loopback address with its port, like 127.0.0.1:9000, not {text!r}"
        )
    return text


def email(name: str) -> str:
    """One e-mail address, or nothing."""
    text = read.str(name, default="").strip()
    try:
        if text:
            validate_email(text)
    except ValidationError as error:
        raise ImproperlyConfigured(
            f"{name} must be one e-mail address like operator@pain.example.org, not {text!r}"
        ) from error
    return text


def folder(name: str, *, default: Path) -> Path:
    """A folder, by its whole path."""
    path = Path(read.str(name, default=str(default)))
    if not path.is_absolute():
        raise ImproperlyConfigured(f"{name} must be a whole path like /srv/finder/attachments, not {str(path)!r}")
    return path


CLAMD = re.compile(r"clamd:(unix:/.+|[A-Za-z0-9.-]+:\d{1,5}|\[[0-9a-fA-F:.]+\]:\d{1,5})")
FUNCTION = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")


def scanner(name: str) -> str:
    """`clamd:unix:/path`, `clamd:host:port`, the dotted path of a function, or nothing."""
    text = read.str(name, default="").strip()
    if text and not CLAMD.fullmatch(text) and not FUNCTION.fullmatch(text):
        raise ImproperlyConfigured(
            f"{name} must be clamd:unix:/path/of/its/socket, clamd:host:port, or a function like "
            f"my_site.scanning.is_infected, not {text!r}"
        )
    return text


MAIL_BACKENDS = {
    "smtp": {},
    "smtp+tls": {"use_tls": True},
    "smtps": {"use_ssl": True},
}


def days(name: str, *, default: int) -> int:
    """A number of days, 1 to 3,650."""
    return rising_days(name, default=(default,))[0]


def rising_days(name: str, *, default: tuple[int, ...]) -> tuple[int, ...]:
    """As many numbers of days as the default has, each larger than the one before: `2,5`."""
    text = read.str(name, default=",".join(map(str, default)))
    try:
        numbers = tuple(int(part) for part in text.split(","))
    except ValueError:
        numbers = ()
    rising = len(numbers) == len(default) and all(a < b for a, b in zip((0, *numbers), numbers, strict=False))
    if not rising or numbers[-1] > 3_650:
        wanted = "a whole number" if len(default) == 1 else f"{len(default)} whole numbers, each larger than the last"
        raise ImproperlyConfigured(
            f"{name} must be {wanted}, of 1 to 3650 days, like {','.join(map(str, default))}; it is {text!r}"
        )
    return numbers


def mailer(name: str, *, default: str) -> dict[str, Any]:
    """`smtp://user:password@host:port` (also smtp+tls, smtps), `file:///folder` or `console:` -> one of MAILERS."""
    url = urlsplit(read.str(name, default=default))
    if url.scheme in MAIL_BACKENDS and url.hostname:
        defaults = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
        return {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": url.hostname,
                "port": url.port or defaults[url.scheme],
                "username": url.username or "",
                "password": url.password or "",
                "timeout": 20,
                **MAIL_BACKENDS[url.scheme],
            },
        }
    if url.scheme == "file" and url.path:
        return mail_folder(Path(unquote(url.path)))
    if url.scheme == "console":
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    raise ImproperlyConfigured(
        f"{name} must be smtp://user:password@host:port, smtp+tls://..., smtps://..., file:///folder or console:"
    )


def mail_folder(folder: Path) -> dict[str, Any]:
    """A mailer that writes each mail as a file into the folder."""
    return {"BACKEND": "django.core.mail.backends.filebased.EmailBackend", "OPTIONS": {"file_path": str(folder)}}


TILE_PARTS = ("{z}", "{x}", "{y}")


def tile_url(name: str) -> str:
    """The address of a map's pictures, as Leaflet writes it: `https://tiles.example.org/{z}/{x}/{y}.png`; or nothing.

    `{s}` (one of a, b, c) stands alone as a part of the host's name, `{r}` (for fine screens) after it.
    """
    text = read.str(name, default="").strip()
    if not text:
        return ""
    url = urlsplit(text)
    host = url.netloc.removeprefix("{s}.")
    is_safe = re.fullmatch(r"[a-zA-Z0-9.-]+(?::\d+)?", host)
    if url.scheme not in ("http", "https") or not is_safe or not all(part in text for part in TILE_PARTS):
        raise ImproperlyConfigured(
            f"{name} must be like https://tiles.example.org/{{z}}/{{x}}/{{y}}.png, not {text!r}: "
            "http or https, a host ({s}. may stand before it), then {z}, {x} and {y}"
        )
    return text
