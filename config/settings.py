"""All settings, from the environment only. docs/settings.md lists the variables."""

from pathlib import Path
from urllib.parse import quote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config import csp, env, release
from config.logs import LOGGING as LOGGING

BASE_DIR = Path(__file__).resolve().parent.parent
RELEASE = release.digest(BASE_DIR)
VAR_DIR = Path(env.read.str("VAR_DIR", default=str(BASE_DIR / "var")))

SECRET_KEY = env.secret("SECRET_KEY", least=40)
FIELD_ENCRYPTION_KEYS = env.encryption_keys("FIELD_ENCRYPTION_KEYS")
FIELD_HASH_KEY = env.hash_key("FIELD_HASH_KEY")
DEBUG = env.read.bool("DEBUG", default=False)

SITE_URL = env.read.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
SITE_NAME = env.read.str("SITE_NAME", default="Pain Specialist Finder")
_site = urlsplit(SITE_URL)
if _site.scheme not in ("http", "https") or not _site.hostname:
    raise ImproperlyConfigured(f"SITE_URL must be like https://pain.example.org, not {SITE_URL!r}")
# Of the demonstration's log-ins, which work from this machine only. Without it there are none.
DEMO_PASSWORD = env.read.str("DEMO_PASSWORD", default="")
HTTPS = _site.scheme == "https"
ALLOWED_HOSTS = env.read.list("ALLOWED_HOSTS", default=[_site.hostname, "localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "directory",
    "referrals",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django_filters",
    "django_htmx",
    "rest_framework",
]

MIDDLEWARE = [
    "config.middleware.language_of_address",
    "config.middleware.keep_private",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.csp",
                "directory.views.context.site",
                "directory.views.context.languages",
            ],
        },
    },
]

DATABASES = {"default": env.database("DATABASE_URL", default=f"sqlite:///{quote(str(VAR_DIR / 'demo.sqlite3'))}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "directory.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
CSRF_FAILURE_VIEW = "directory.views.errors.form_not_checked"

LANGUAGE_CODE = "en"
# Each called by its own name, which whoever looks for it can read. docs/spanish.md says how Spanish is kept.
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
# The medical translator who has looked over the Spanish of the clinical pages, and when; empty: nobody has.
SPANISH_REVIEWED_BY = env.read.str("SPANISH_REVIEWED_BY", default="")
FORMAT_MODULE_PATH = "config.formats"
USE_TZ = True
TIME_ZONE = "America/New_York"

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# "folder" takes every mail of a demo directory: none may leave it.
# ---- times of requests: docs/settings.md ----
REMIND_OF_NEW_AFTER = env.rising_days("REMIND_OF_NEW_AFTER", default=(2, 5))
REMIND_OF_RUNNING_AFTER = env.rising_days("REMIND_OF_RUNNING_AFTER", default=(5, 10))
OFFER_ANOTHER_AFTER = env.days("OFFER_ANOTHER_AFTER", default=1)
REMIND_PATIENT_AFTER = env.rising_days("REMIND_PATIENT_AFTER", default=(3, 7))
UNCONFIRMED_EXPIRES_AFTER_DAYS = env.days("UNCONFIRMED_EXPIRES_AFTER_DAYS", default=7)
OFFICE_SEES_END_FOR_DAYS = env.days("OFFICE_SEES_END_FOR_DAYS", default=14)
EXPIRE_AFTER_DAYS = env.days("EXPIRE_AFTER_DAYS", default=30)
COMPLETE_AFTER_DAYS = env.days("COMPLETE_AFTER_DAYS", default=30)
ERASE_AFTER_DAYS = env.days("ERASE_AFTER_DAYS", default=180)
# Outside the database and its backups: what is erased stays erased after a restore
ERASURE_LIST = env.read.str("ERASURE_LIST", default=str(VAR_DIR / "erased.txt"))

# Files that patients add lie here sealed, outside of all that a web server gives out
ATTACHMENT_FOLDER = env.folder("ATTACHMENT_FOLDER", default=VAR_DIR / "attachments")
ATTACHMENT_SCANNER = env.scanner("ATTACHMENT_SCANNER")
# No file that is sent to a page is ever written to the disk in clear; the page that takes one asks for it itself
FILE_UPLOAD_HANDLERS = ["referrals.attachments.upload.Nothing"]

MAIL_FOLDER = VAR_DIR / "mail"
MAILERS = {
    "default": env.mailer("EMAIL_URL", default=f"file://{quote(str(MAIL_FOLDER))}"),
    "folder": env.mail_folder(MAIL_FOLDER),
}
# Who looks after this directory, told by mail of what waits in the admin.
OPERATOR_EMAIL = env.email("OPERATOR_EMAIL")
DEFAULT_FROM_EMAIL = env.read.str("DEFAULT_FROM_EMAIL", default=f"no-reply@{_site.hostname}")

# For trials on one machine: the one address that is not on the internet and may be called as a web hook.
WEBHOOK_TEST_RECEIVER = env.loopback_receiver("WEBHOOK_TEST_RECEIVER")

# How many reports of mistakes, and how many claims, one address may send in a day.
FORMS_PER_DAY = env.whole("FORMS_PER_DAY", default=10)
# Requests in a day: from one address, in one person's name, to one clinic, over one partner; mails to one mailbox.
REQUESTS_PER_ADDRESS = env.whole("REQUESTS_PER_ADDRESS", default=20)
REQUESTS_PER_PERSON = env.whole("REQUESTS_PER_PERSON", default=5)
REQUESTS_PER_CLINIC = env.whole("REQUESTS_PER_CLINIC", default=200)
REQUESTS_PER_PARTNER = env.whole("REQUESTS_PER_PARTNER", default=500)
CODES_PER_MAILBOX = env.whole("CODES_PER_MAILBOX", default=10)
# So long a mailbox is asked nothing whose owner said "I did not send this".
NOT_MINE_BLOCKS_DAYS = env.days("NOT_MINE_BLOCKS_DAYS", default=180)
# Seconds in which nobody can have read and answered all pages.
REQUEST_TAKES_AT_LEAST = env.whole("REQUEST_TAKES_AT_LEAST", default=20)
REPORT_TEXT_DAYS = env.whole("REPORT_TEXT_DAYS", default=180)
CLAIM_LASTS_DAYS = env.whole("CLAIM_LASTS_DAYS", default=30)
CLAIM_DATA_DAYS = env.whole("CLAIM_DATA_DAYS", default=30)

# "embedded", or a geopy geocoder with its options: geopy.geocoders.Nominatim?domain=...&user_agent=...
GEOCODER = env.read.str("GEOCODER", default="embedded")

# Pictures for the map from a host of the operator's choice, as Leaflet writes their address; empty: the map here.
MAP_TILE_URL = env.tile_url("MAP_TILE_URL")
MAP_ATTRIBUTION = env.read.str("MAP_ATTRIBUTION", default="")

SECURE_CSP = csp.policy(MAP_TILE_URL)
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if env.read.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_ENGINE = "config.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# A page of answers is small; what is larger is no form of ours.
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024

# So often may one address ask the API; each web process counts for itself.
API_READING_RATE = env.rate("API_READING_RATE", default="120/minute")
# And one partner, with a key.
API_PARTNER_RATE = env.rate("API_PARTNER_RATE", default="1200/minute")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
# So long a partner may stay away and still be told all that changed since.
CHANGES_KEPT_DAYS = env.whole("CHANGES_KEPT_DAYS", default=90)

# A clinician's wish to be taken out hides the street so long without a check of who asked.
REMOVAL_HIDES_DAYS = env.whole("REMOVAL_HIDES_DAYS", default=30)
# So long after the decision it is still known how to reach who asked.
REMOVAL_CONTACT_DAYS = env.whole("REMOVAL_CONTACT_DAYS", default=30)
REMOVALS_PER_DAY = env.whole("REMOVALS_PER_DAY", default=5)  # from one address
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "throttle": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "throttle",
        "OPTIONS": {"MAX_ENTRIES": 5_000},  # addresses; beyond it some are forgotten
    },
}

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["directory.api.rendering.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],  # `api.views.Reading` has its own
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_THROTTLE_CLASSES": ["directory.api.throttles.PerAddress", "directory.api.throttles.PerPartner"],
    "UNAUTHENTICATED_USER": None,
    "EXCEPTION_HANDLER": "directory.api.problems.answer",
}
