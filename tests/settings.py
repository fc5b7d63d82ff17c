"""The environment of the tests, then the project's one settings file.

Secrets here are worth nothing. TEST_DATABASE_URL chooses the database; without it, SQLite in a file.
"""

import atexit
import base64
import os
import shutil
import tempfile

_KEY = base64.urlsafe_b64encode(b"0123456789abcdef0123456789abcdef").decode()
os.environ["SECRET_KEY"] = "the tests' own key, which protects nothing at all"
os.environ["FIELD_ENCRYPTION_KEYS"] = f"test1:{_KEY}"
os.environ["FIELD_HASH_KEY"] = _KEY
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="finder-tests-")
atexit.register(shutil.rmtree, os.environ["VAR_DIR"], True)
os.environ["SITE_URL"] = "http://testserver"
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{os.environ['VAR_DIR']}/db.sqlite3"
_CAPS = (
    "REQUESTS_PER_ADDRESS",
    "REQUESTS_PER_PERSON",
    "REQUESTS_PER_CLINIC",
    "REQUESTS_PER_PARTNER",
    "CODES_PER_MAILBOX",
    "NOT_MINE_BLOCKS_DAYS",
)
_TIMES = ("FORMS_PER_DAY", "REPORT_TEXT_DAYS", "CLAIM_LASTS_DAYS", "CLAIM_DATA_DAYS")
_REMOVAL = ("REMOVAL_HIDES_DAYS", "REMOVAL_CONTACT_DAYS", "REMOVALS_PER_DAY", "CHANGES_KEPT_DAYS")
_SITE = ("DEBUG", "EMAIL_URL", "GEOCODER", "BEHIND_PROXY", "DEMO_PASSWORD", "MAP_TILE_URL", "MAP_ATTRIBUTION")
_CLOCK = ("REMIND_OF_NEW_AFTER", "REMIND_OF_RUNNING_AFTER", "OFFER_ANOTHER_AFTER", "REMIND_PATIENT_AFTER")
_ENDS = (
    "UNCONFIRMED_EXPIRES_AFTER_DAYS",
    "EXPIRE_AFTER_DAYS",
    "COMPLETE_AFTER_DAYS",
    "ERASE_AFTER_DAYS",
    "ERASURE_LIST",
)
_FILES = ("ATTACHMENT_FOLDER", "ATTACHMENT_SCANNER")
for _name in (
    *_SITE,
    *_FILES,
    "OPERATOR_EMAIL",
    "WEBHOOK_TEST_RECEIVER",
    "REQUEST_TAKES_AT_LEAST",
    *_CAPS,
    *_TIMES,
    *_REMOVAL,
    *_CLOCK,
    *_ENDS,
):
    os.environ.pop(_name, None)

from config.settings import *  # noqa: E402, F403 (after the environment is set; all of it is meant)

REQUEST_TAKES_AT_LEAST = 0  # tests answer faster than anybody can read
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; nothing is guarded here
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405 (from there)
