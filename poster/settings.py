"""The only reader of the environment. What each setting means stands in README.md, in one table."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import django_stubs_ext
from csp.constants import NONE, SELF

from accounts.providers import PROVIDERS, setting
from poster.config import env, files, hosts, languages, mail_server, secret_files
from poster.database.databases import database
from poster.web import proxies

django_stubs_ext.monkeypatch()  # so that `ModelAdmin[Post]` is a class at run time, and not only for mypy
# google-api-core says so by the calendar, of a Python near its end: whoever reads a log of ours has not chosen it.
warnings.filterwarnings("ignore", r"You are using a .*Python version", FutureWarning)

BASE = Path(__file__).resolve().parent.parent
VAR = Path(env.text("VAR", str(BASE / "var"))).resolve()
SPOOL = VAR / "spool"  # picture bytes, only while needed
INBOX = VAR / "inbox"  # the folder that the first watch looks at
os.umask(files.UMASK)  # tokens, pictures, logs: what any process of ours makes, nobody else on this machine reads
VAR.mkdir(mode=files.FOLDER, parents=True, exist_ok=True)

# -- who we are -----------------------------------------------------------------------------------------------------
PORT = env.number("PORT", 8000, least=1, most=65535)
BIND = env.text("BIND", "127.0.0.1")
PUBLIC_URL = env.origin("PUBLIC_URL")
BUCKET_URL = env.text("BUCKET_URL")
BUCKET_PUBLIC_URL = env.root("BUCKET_PUBLIC_URL")
REMOTE_ROOT = env.root("REMOTE_ROOT")
ALWAYS_LABEL = env.some("ALWAYS_LABEL", ("ai", "adult"))  # of every post here
AI_LINE = env.text("AI_LINE", "Made with AI.")  # where a platform has no field for it
PRACTICE = env.flag("PRACTICE")  # set by `start` when it has started the sandbox
if not PUBLIC_URL and urlsplit(REMOTE_ROOT).hostname in {"127.0.0.1", "localhost", "::1"}:
    PUBLIC_URL = f"http://127.0.0.1:{PORT}"  # a world on this machine can fetch pictures from this machine
PICTURES_URL = env.root("PICTURES_URL")  # where a sandbox of our own fetches pictures; set by `start`
SANDBOX_PORT = env.number("SANDBOX_PORT", 0, most=65535)  # of the sandbox that `start` starts; set by itself
DELIVERIES_AT_ONCE = env.number("DELIVERIES_AT_ONCE", 6, least=1, most=16)
PAUSE_PUBLISHING = env.flag("PAUSE_PUBLISHING")  # the kill switch of the environment
OPERATOR_EMAIL = env.text("OPERATOR_EMAIL", "operator@localhost")  # of the account that the first start makes

# {provider: (id, secret)}
PROVIDER_APPS = {name: (env.text(f"{setting(name)}_ID"), env.text(f"{setting(name)}_SECRET")) for name in PROVIDERS}
ALLOW_SHARED_CHANNELS = env.flag("ALLOW_SHARED_CHANNELS")  # may two people here post to the same Page or profile?
AI_KEYS = {name: env.text(f"{name.upper()}_API_KEY") for name in ("openai", "gemini", "anthropic", "openrouter")}
AI_KEYS["compatible"] = env.text("COMPATIBLE_API_KEY")
COMPATIBLE_URL = env.root("COMPATIBLE_URL")
ALLOW_PRIVATE = [name.lower() for name in env.names("ALLOW_PRIVATE")]  # host:port inside that we may connect to

# -- secrets --------------------------------------------------------------------------------------------------------
SECRET_KEY = env.text("SECRET_KEY") or secret_files.kept(VAR / "secret_key")
CREDENTIAL_KEYS = env.names("CREDENTIAL_KEYS")
KEY_FILE = env.text("KEY_FILE", str(VAR / "keys"))
AUDIT_KEY = env.text("AUDIT_KEY") or secret_files.kept(VAR / "audit_key")  # signs the ledger

# -- what we keep, and how long (days); the privacy page says these numbers, and `retire` keeps them ------------------
LOG_DAYS = env.number("LOG_DAYS", 30, least=1, most=3650)
MAIL_DAYS = env.number("MAIL_DAYS", 30, least=1, most=3650)  # mails that were written as files
EXPORT_DAYS = env.number("EXPORT_DAYS", 7, least=1, most=3650)
BACKUP_DAYS = env.number("BACKUP_DAYS", 90, least=1, most=90)
SECURITY_LOG_DAYS = env.number("SECURITY_LOG_DAYS", 365, least=30, most=3650)
OPERATOR_NAME = env.text("OPERATOR_NAME")  # who runs this install, for the public pages
CONTACT_EMAIL = env.text("CONTACT_EMAIL")  # whom people may write to; empty: the operator's account
SECURITY_CONTACT = env.text("SECURITY_CONTACT")  # a mail or web address for reports of weaknesses; empty: the contact
HOSTED_BY = env.text("HOSTED_BY")  # whose machine it is, and where it stands; what nobody told is said to be so
HOSTED_IN = env.text("HOSTED_IN")
NETWORK_PROVIDER = env.text("NETWORK_PROVIDER")  # whoever ends TLS in front of us: a CDN, a proxy
GOVERNING_LAW = env.text("GOVERNING_LAW")
DATA_AUTHORITY = env.text("DATA_AUTHORITY")
MINIMUM_AGE = int(env.choice("MINIMUM_AGE", "16", ("13", "16", "18")))

# -- what one person may use: see `accounts.allowances`; the operator changes it for each at People --------------------
LEAST_FREE_MB = env.number("LEAST_FREE_MB", 1024)  # of the disk; the larger of the two stays free
LEAST_FREE_PERCENT = env.number("LEAST_FREE_PERCENT", 5, most=90)
MOST_HELD_MB = env.number("MOST_HELD_MB", 5120)
AI_BUDGET = env.number("AI_BUDGET", 5, most=1_000_000)  # US dollars a month, of the operator's keys; 0: nothing
MOST_WATCHES = env.number("MOST_WATCHES", 20)
MOST_PICTURES = env.number("MOST_PICTURES", 500)  # a day
SHORTEST_INTERVAL = env.number("SHORTEST_INTERVAL", 60, least=1, most=7 * 24 * 3600)  # seconds, of what is elsewhere
SHORTEST_FOLDER_INTERVAL = env.number("SHORTEST_FOLDER_INTERVAL", 2, least=1, most=7 * 24 * 3600)

# -- Django ---------------------------------------------------------------------------------------------------------
DEBUG = False
PUBLIC_HOST = hosts.written(urlsplit(PUBLIC_URL).hostname or "localhost")
# With a name of its own, an install is called by that alone; but for its health, see `poster.web.canonical_host`.
ALLOWED_HOSTS = [
    *env.hostnames("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if hosts.is_loopback(PUBLIC_HOST) else ""),
    PUBLIC_HOST,
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
BEHIND_PROXY = proxies.behind(env.text("BEHIND_PROXY", "no"))
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE and bool(BEHIND_PROXY)  # without the proxy's word it would go in circles
SECURE_SSL_HOST = urlsplit(PUBLIC_URL).netloc if SECURE_SSL_REDIRECT else None  # not what the request says: a port, too
SECURE_REDIRECT_EXEMPT = [r"^health/$", r"^picture/", r"^robots\.txt$"]  # asked from inside; crawlers follow nowhere
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SESSION_COOKIE_SECURE else 0
# Whether the other names under this one are https too, and go into browsers' lists, is not ours to say.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.flag("HSTS_ALL_NAMES")
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if SESSION_COOKIE_SECURE:  # a browser takes these names only over https, from this host and for the whole of it
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"

INSTALLED_APPS = [
    "poster.apps.PosterConfig",
    "poster.apps.DashboardConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # so that templates of ours can draw its widgets
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_q",
    "accounts.apps.AccountsConfig",
    "media.apps.MediaConfig",
    "outbox.apps.OutboxConfig",
    "writing.apps.WritingConfig",
    "watches.apps.WatchesConfig",
    "publishing.apps.PublishingConfig",
    "operations.apps.OperationsConfig",
    "proof.apps.ProofConfig",
]
MIDDLEWARE = [
    *("poster.web.cache_headers.NoStore", "poster.web.proxies.Front", "poster.web.canonical_host.OwnName"),
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "poster.web.languages.Negotiated",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.local_time.OwnWords",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "poster.web.unsaved_input.Keeping",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.sign_in.known_browsers.Remembering",
    "accounts.sign_in.sessions.Ending",
    "accounts.sign_in.second_factors.Required",
    "accounts.data_rights.agreements.Agreement",
    "poster.web.error_focus.PointingOut",
    "poster.web.unsaved_input.Reaching",
]
ROOT_URLCONF = "poster.urls"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
WSGI_APPLICATION = "poster.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["poster.templatetags.marking"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "poster.web.context.frame",
                "accounts.sign_in.frame.frame",
            ],
        },
    }
]

DATABASES = {"default": database(env.text("DATABASE_URL"), VAR)}
DATABASE_HOST = str(DATABASES["default"].get("HOST") or "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- people ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {"user_attributes": ("email", "name")},
        "MinimumLengthValidator": {"min_length": 10},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "accounts.sign_in.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # the operator vouches for the addresses that they write down
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody can make us write to strangers
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# Allauth 65.22 has "code", by mail, by itself (not routed here), and lets only these count: "sign_in" is our own.
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa", "sign_in"]
ACCOUNT_RATE_LIMITS = {
    "data_request": "5/h/ip",
    "approval_link": "60/m/ip",
    "mailed_link": "60/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    **dict.fromkeys(("login", "reset_password", "confirm_email"), ""),  # see `password_limits` and `link_limits`
}
ACCOUNT_FORMS = {"reset_password": "accounts.sign_in.link_forms.AskForLink"}
MFA_ADAPTER = "accounts.sign_in.second_factors.SealingAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "accounts.sign_in.passkeys.AddPasskeyForm",
    "login_webauthn": "accounts.sign_in.passkey_forms.Login",
    "authenticate_webauthn": "accounts.sign_in.passkey_forms.Authenticate",
    "reauthenticate_webauthn": "accounts.sign_in.passkey_forms.Reauthenticate",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody is in without a verified one; a change that waits must not lock anybody in
MFA_TOTP_ISSUER = "ai-poster"  # what the app calls us; otherwise the bare address of this install
MFA_TOTP_TOLERANCE = 1  # clocks of phones are a little wrong
SIGN_UP = env.choice("SIGN_UP", "invitation", {"invitation", "request", "open"})  # who may make an account
SIGN_UPS_PER_DAY = env.number("SIGN_UPS_PER_DAY", 50, least=1, most=100_000)  # wishes for one, from everybody together
REQUIRE_SECOND_FACTOR = env.choice("REQUIRE_SECOND_FACTOR", "off", {"off", "operators", "everybody"})
USERSESSIONS_ADAPTER = "accounts.sign_in.sessions.RecordingAdapter"
SOCIALACCOUNT_ADAPTER = "accounts.sign_in.google_sign_in.GoogleSignIn"
SOCIALACCOUNT_PROVIDERS = {"google": {"SCOPE": ["openid", "email", "profile"], "OAUTH_PKCE_ENABLED": True}}
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
GOOGLE_SIGNIN = env.pair("GOOGLE_SIGNIN_CLIENT_ID", "GOOGLE_SIGNIN_CLIENT_SECRET")

# A session ends when nothing was done for so long, and after so many days whatever was done.
SESSION_IDLE_MINUTES = env.number("SESSION_IDLE_MINUTES", 14 * 24 * 60, least=1, most=365 * 24 * 60)
SESSION_MAX_DAYS = env.number("SESSION_MAX_DAYS", 60, least=1, most=365)
SESSION_COOKIE_AGE = SESSION_IDLE_MINUTES * 60
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own

# -- mail -----------------------------------------------------------------------------------------------------------
EMAIL_URL = env.text("EMAIL_URL")
EMAIL_FILE_PATH = VAR / "mail"
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = "poster.config.mail_server.PrivateFiles"
if EMAIL_URL:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    globals().update(mail_server.server(EMAIL_URL))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = mail_server.sender(
    env.text("EMAIL_FROM"), urlsplit(PUBLIC_URL).hostname or "localhost"
)

# -- words, times, files ----------------------------------------------------------------------------------------------
LOCALE_PATHS = [BASE / "locale"]
FORMAT_MODULE_PATH = ["poster.formats"]
LANGUAGES = languages.with_catalogue(BASE / "locale")  # one more catalogue, one more language
LANGUAGE_CODE = env.choice("DEFAULT_LANGUAGE", languages.OURS, set(dict(LANGUAGES)))  # of who chose none, in mails
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
TIME_ZONE = env.choice("TIME_ZONE", "UTC", available_timezones())
USE_TZ = True
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE / "static"]
WHITENOISE_USE_FINDERS = True  # no build step: files are served from where they lie
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 200  # as `media.uploads.MOST_AT_ONCE`
FILE_UPLOAD_HANDLERS = ["poster.web.files_of_forms.Dropping"]

# -- the browser is told to load from us and from nowhere else --------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "poster.web.error_pages.no_csrf"
SECURE_REFERRER_POLICY = SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# -- the queue: a hint, never the truth (DESIGN: the row is the queue, a task is a nudge) ------------------------------
# retry > timeout * (1 + ceil((queue_limit + bulk) / workers)), or prefetched tasks age out and run twice.
Q_CLUSTER: dict[str, Any] = {
    "name": "poster",
    "orm": "default",
    "workers": env.number("WORKERS", 2, least=1, most=32),
    "queue_limit": 2,
    "bulk": 1,
    "poll": 0.5,  # seconds: each stage of a picture's way waits for it once; half as long costs twice the processor
    "timeout": 240,
    "retry": 1000,
    "max_attempts": 1,
    "ack_failures": True,
    "save_limit": 0,
    "catch_up": False,
    "recycle": 5,  # rounds; then a fresh worker takes over and the memory of the last pictures goes
    "label": "Queue",
}
# What all processes of the install must count together: wrong passwords, above all. By itself Django keeps 300 entries,
# and throws others away by lot: whoever makes enough of them would be counted from nought again.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(VAR / "cache"),
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
REDIS_URL = env.text("REDIS_URL")
if REDIS_URL:
    Q_CLUSTER = {**Q_CLUSTER, "orm": None, "redis": REDIS_URL}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"brief": {"()": "poster.config.logs.Brief"}, "redact": {"()": "poster.config.logs.Redacting"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["brief", "redact"]}},
    "root": {"handlers": ["console"], "level": env.choice("LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR"})},
    "loggers": {
        "httpx": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},  # what the OpenAI SDK brings
        "googleapiclient": {"level": "ERROR"},
        "django-q": {"level": "WARNING"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # `poster.web.error_pages` says more
        "waitress": {"level": "ERROR"},  # visitors who wait for a thread, or who go away, are no news
    },
}
