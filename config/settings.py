"""All settings, in one file, from environment variables. See docs/running.md for the list."""

from pathlib import Path

from csp.constants import NONE, SELF

from config.environment import Environment
from config.logs import logging_settings
from config.timetable import TIMETABLE

env = Environment()
BASE_DIR = Path(__file__).resolve().parent.parent

# --- the product ---------------------------------------------------------------------------------

HEARD_NAME = env.text("HEARD_NAME", "Your say")  # what families see
HEARD_BASE_URL = env.address("HEARD_BASE_URL", ("https", "http"))
# Where "Leave now" leads: somewhere that nobody is asked about.
HEARD_EXIT_ADDRESS = env.text("HEARD_EXIT_ADDRESS", "https://www.bbc.co.uk/weather")

# Two keyed digests of a code, under two keys, so that a ballot cannot be joined to an invitation
# by whoever holds the tables without the keys.
HEARD_CODE_KEY = env.key("HEARD_CODE_KEY")
HEARD_ONCE_KEY = env.key("HEARD_ONCE_KEY")
env.apart("HEARD_CODE_KEY", "HEARD_ONCE_KEY")
# What the secrets of the staff's second factors are sealed under.
HEARD_FACTOR_KEY = env.key("HEARD_FACTOR_KEY")

# Only workers have the key directory. The web process runs without it, and cannot open a ballot.
HEARD_KEY_DIRECTORY = env.path("HEARD_KEY_DIRECTORY")
HEARD_RECOVERY_DIRECTORY = env.path("HEARD_RECOVERY_DIRECTORY")
HEARD_RECOVERY_PUBLIC_KEY = env.public_key("HEARD_RECOVERY_PUBLIC_KEY")
env.together("HEARD_KEY_DIRECTORY", "HEARD_RECOVERY_DIRECTORY", "HEARD_RECOVERY_PUBLIC_KEY")

# Recordings of questions, under their digests: the same folder for every web process.
HEARD_MEDIA_DIRECTORY = env.path("HEARD_MEDIA_DIRECTORY")

# How long a listener has to take on a request to be contacted, before it goes further.
HEARD_CONTACT_MINUTES = env.number("HEARD_CONTACT_MINUTES", 60)

# --- the frame -----------------------------------------------------------------------------------

SECRET_KEY = env.text("HEARD_SECRET_KEY")
DEBUG = False  # a stack trace is never shown to anyone
ALLOWED_HOSTS = env.words("HEARD_HOSTS")
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "authorities.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
SITE_ID = 1
# A survey with every box full is under 40 kB. But a box into which somebody put far too much is
# given back with all the rest, and not lost: 100,000 emoji come as 1.2 MB.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300

INSTALLED_APPS = [
    "config",
    "improvement",
    "analytics",
    "feedback",
    "surveys",
    "authorities",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.refusing.without_nul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.insisting.SecondFactorFirst",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.frame.frame",
            ],
        },
    },
]

# --- the database: SQLite embedded, PostgreSQL in earnest ----------------------------------------

DATABASES = {"default": env.database("HEARD_DATABASE_URL")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Django's defaults lose writes under load: a read that becomes a write fails at once when
    # another wrote in between. Asking for the write lock first makes it wait instead.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        ),
    }
else:
    # A database that went away is said to be away within seconds, by /health/ready too.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    # Without a number here psycopg prepares nothing, not even what asks for it (of all that we
    # run, surveys/prepared.py alone).
    DATABASES["default"]["OPTIONS"].setdefault("prepare_threshold", 5)

# --- jobs ----------------------------------------------------------------------------------------

# broker: Celery workers on Redis. inline: the task runs where it is called (tests, the demo while
# it is built, the embedded worker). sweeps: nothing is sent, the worker's sweeps find it (the
# embedded web process, which could not run most tasks for want of a key).
HEARD_JOBS = env.one_of("HEARD_JOBS", ("broker", "inline", "sweeps"))
HEARD_REDIS_URL = env.address("HEARD_REDIS_URL", ("redis", "rediss"), "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = HEARD_REDIS_URL if HEARD_JOBS == "broker" else "memory://localhost/"
CELERY_TASK_ALWAYS_EAGER = HEARD_JOBS == "inline"
CELERY_TASK_EAGER_PROPAGATES = False
CELERY_TASK_IGNORE_RESULT = True
# A killed worker's task goes back to the queue; every task may run twice.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "socket_connect_timeout": 2}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A message is for speed only, so nobody waits long for a broker that is away (config/celery.py).
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1, "interval_max": 0.1}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = TIMETABLE

# Counts of sign-in tries, shared by all web processes where there is more than one.
CACHES: dict[str, dict[str, str]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": HEARD_REDIS_URL,
    }
    if HEARD_JOBS == "broker"
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# --- people --------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["authorities.sign_in.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by administrators, for addresses they know
ACCOUNT_ADAPTER = "authorities.sign_in.Adapter"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # or anyone could have us write to anyone
ACCOUNT_EMAIL_NOTIFICATIONS = True  # whoever's password or second factor changed is told
ACCOUNT_SESSION_REMEMBER = False  # desks are shared: a session ends with the browser
# How many proxies of ours stand before this, so that attempts to sign in are limited by the
# address they came from and not by nginx's.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("HEARD_PROXIES", 0)
# Everyone who signs in has a second factor (config/insisting.py, docs/adr/0012-second-factor.md).
MFA_ADAPTER = "authorities.sign_in.FactorAdapter"
MFA_FORMS = {
    "authenticate": "authorities.sign_in.CodeForm",
    "reauthenticate": "authorities.sign_in.CodeAgainForm",
    "add_webauthn": "authorities.sign_in.NewPasskeyForm",
    "login_webauthn": "authorities.sign_in.PasskeyForm",
    "authenticate_webauthn": "authorities.sign_in.PasskeyTooForm",
    "reauthenticate_webauthn": "authorities.sign_in.PasskeyAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # see ACCOUNT_EMAIL_VERIFICATION
MFA_TOTP_ISSUER = "Heard"
MFA_TOTP_PERIOD = 30  # seconds
MFA_TOTP_TOLERANCE = 1  # periods before and after: clocks differ (RFC 6238, 5.2 and 6)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HEARD_BASE_URL.startswith("https://")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "staff-home"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SECURE = HEARD_BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
CSRF_TRUSTED_ORIGINS = [HEARD_BASE_URL]

# --- messages ------------------------------------------------------------------------------------

EMAIL_BACKEND = (
    "django.core.mail.backends."
    + env.one_of("HEARD_EMAIL_BACKEND", ("smtp", "console", "locmem"), "smtp")
    + ".EmailBackend"
)
EMAIL_HOST = env.text("HEARD_EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("HEARD_EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("HEARD_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("HEARD_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env.flag("HEARD_EMAIL_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("HEARD_EMAIL_FROM", "heard@localhost")

# --- messages to families (docs/reaching-families.md) --------------------------------------------

HEARD_SENDER = env.one_of("HEARD_SENDER", ("off", "notify", "smtp"), "off")
HEARD_SENDER_RATE = max(1, env.number("HEARD_SENDER_RATE", 20))  # messages in a second, all told
HEARD_SENDER_PATIENCE = max(1, env.number("HEARD_SENDER_PATIENCE", 20))  # seconds
# Nobody's phone rings at night. From this hour of the day, and before that one.
HEARD_SENDER_HOURS = (
    env.number("HEARD_SENDER_FROM_HOUR", 9),
    env.number("HEARD_SENDER_TO_HOUR", 20),
)
HEARD_SENDER_FROM = env.text("HEARD_SENDER_FROM", f"{HEARD_NAME} <{DEFAULT_FROM_EMAIL}>")
HEARD_NOTIFY_URL = env.address(
    "HEARD_NOTIFY_URL", ("https", "http"), "https://api.notifications.service.gov.uk"
)
# The key for workers only; the token, with which Notify calls us back, for the web process only.
HEARD_NOTIFY_KEY = env.text("HEARD_NOTIFY_KEY", "")
HEARD_NOTIFY_TEXT_TEMPLATE = env.text("HEARD_NOTIFY_TEXT_TEMPLATE", "")
HEARD_NOTIFY_EMAIL_TEMPLATE = env.text("HEARD_NOTIFY_EMAIL_TEMPLATE", "")
env.together("HEARD_NOTIFY_KEY", "HEARD_NOTIFY_TEXT_TEMPLATE", "HEARD_NOTIFY_EMAIL_TEMPLATE")
HEARD_NOTIFY_CALLBACK_TOKEN = env.text("HEARD_NOTIFY_CALLBACK_TOKEN", "")

# What sending and reading cost, printed with each release (analytics/costs.py, docs/running.md).
HEARD_PRICE_SMS_PENCE = env.amount("HEARD_PRICE_SMS_PENCE", "2.4")
HEARD_PRICE_EMAIL_PENCE = env.amount("HEARD_PRICE_EMAIL_PENCE", "0")
HEARD_PRICE_LETTER_PENCE = env.amount("HEARD_PRICE_LETTER_PENCE", "73")
HEARD_MINUTES_TO_READ = env.amount("HEARD_MINUTES_TO_READ", "1.5")

# --- what a browser may do -----------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Not "no-referrer": browsers then send "Origin: null" with our own forms, and the open link's
# posts must show that they come from here.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
X_FRAME_OPTIONS = "DENY"

STATIC_URL = "/static/"
STATIC_ROOT = env.path("HEARD_STATIC_ROOT")
WHITENOISE_USE_FINDERS = STATIC_ROOT is None

# --- the API -------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 200,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Heard: published figures",
    "DESCRIPTION": "Released figures about children's services, by authority and wave. Read only.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
}

# --- logs ----------------------------------------------------------------------------------------

LOGGING_CONFIG = None
logging_settings(level=env.one_of("HEARD_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"))
