"""All settings. Operators change them by environment variables; a bad value stops the start and is named."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured

from doodlesite.config import timeouts
from doodlesite.config.admin_theme import UNFOLD as UNFOLD  # as a setting
from doodlesite.config.csp import PAGE_DIRECTIVES
from doodlesite.config.local_secrets import read_or_create_secret, redis_url
from doodlesite.config.private_folder import make_private
from monitoring.logging_config import dict_config

MAX_RETENTION_DAYS = 36_500


class Env(environ.Env):  # type: ignore[misc]
    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().get_value(var, *args, **kwargs)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} cannot be used: {error}.") from error

    def rate(self, var: str, default: str) -> tuple[int, int] | None:
        """Read a rate limit such as 120/min as (120, 60), requests and seconds, or "off" as None, no limit."""
        value: str = self.str(var, default=default)
        parts = re.fullmatch(r"([1-9]\d*)/(s|min|hour|day)", value)
        if value != "off" and not parts:
            raise ImproperlyConfigured(f"{var} must be off or like 120/min (s, min, hour, day), not {value!r}.")
        return (int(parts[1]), {"s": 1, "min": 60, "hour": 3600, "day": 86400}[parts[2]]) if parts else None

    def rates(self, var: str, default: str, *, people: int) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
        """Read the rate limits of one person and of one address; an address has the limit of `people` by default."""
        person_rate = self.rate(var, default)
        address_var = f"{var}_ADDRESS"
        if address_var in self.ENVIRON:
            return person_rate, self.rate(address_var, "off")
        return person_rate, person_rate and (person_rate[0] * people, person_rate[1])

    def origins(self, var: str) -> list[str]:
        """Read origins such as https://sketch.example, with commas between."""
        origins = [origin.rstrip("/") for origin in self.list(var, default=[])]
        for origin in origins:
            if not re.fullmatch(r"https?://[\w.\[\]:-]+", origin):
                raise ImproperlyConfigured(f"{var} must have origins like https://sketch.example, not {origin!r}.")
        return origins

    def days(self, var: str, default: int) -> int:
        """Read a number of days from 0 to MAX_RETENTION_DAYS."""
        days: int = self.int(var, default=default)
        if not 0 <= days <= MAX_RETENTION_DAYS:
            raise ImproperlyConfigured(f"{var} must be a number of days from 0 to {MAX_RETENTION_DAYS}, not {days}.")
        return days


env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env.str("DOODLE_VAR", default=str(BASE_DIR / "var"))).resolve()
make_private(VAR)

DEBUG = env.bool("DOODLE_DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or read_or_create_secret(VAR / "secret_key")
PORT = env.int("PORT", default=8000)  # where `make run` serves the site
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])  # not [::1], where nothing listens
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# For a site behind a proxy that speaks HTTPS and sets X-Forwarded-Proto itself: HTTPS only, also for cookies.
HTTPS = env.bool("DOODLE_HTTPS", default=False)
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probes come from inside the network
SECURE_HSTS_SECONDS = env.int("DOODLE_HSTS", default=30 * 24 * 60 * 60 if HTTPS else 0)
# W005, W021: only the domain's owner knows whether its subdomains speak HTTPS; their proxy can set that HSTS header.
# axes.W002: only recognition/pages/login.py would use its middleware, which every request would go through.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "axes.W002"]
SESSION_COOKIE_AGE = 7 * 24 * 60 * 60  # seconds; only staff have sessions

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin.apps.SimpleAdminConfig",  # doodlesite/urls.py discovers the admin modules: web processes only
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "axes",
    "corsheaders",
    "csp",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "recognition",
    "training",
    "monitoring",
]

# Pages of these origins may call the API from browsers, without cookies: as a program, with a token or without. CORS is
# before all that answers a request, so that pages can read refusals, too.
CORS_ALLOWED_ORIGINS = env.origins("DOODLE_CORS_ORIGINS")
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_HEADERS = ["accept", "authorization", "content-type", "feedback-token", "idempotency-key"]
CORS_EXPOSE_HEADERS = ["Retry-After", "WWW-Authenticate"]

MIDDLEWARE = [
    "monitoring.request_middleware.monitor_requests",
    *(["corsheaders.middleware.CorsMiddleware"] if CORS_ALLOWED_ORIGINS else []),
    "recognition.api.security.body_limit.body_limit",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "doodlesite.config.csp.ContentSecurityPolicy",
    "recognition.throttling.overload.refuse_late",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "recognition.audit.audit_middleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

CONTENT_SECURITY_POLICY = {"DIRECTIVES": PAGE_DIRECTIVES | ({"upgrade-insecure-requests": True} if HTTPS else {})}

ROOT_URLCONF = "doodlesite.urls"
WSGI_APPLICATION = "doodlesite.wsgi.application"

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
                "recognition.pages.navigation.navigation",
            ],
        },
    },
]

# Database: SQLite by default, so that a clone runs without a server; PostgreSQL by DATABASE_URL.
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR / 'db.sqlite3'}")}
if not DATABASES["default"].get("ENGINE"):
    raise ImproperlyConfigured("DATABASE_URL cannot be used: it must look like postgres://user:password@host/name.")
BUSY_TIMEOUT = env.float("DATABASE_BUSY_TIMEOUT", default=5.0)  # seconds to wait for other writers
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["ENGINE"] = "doodlesite.sqlite3"  # whose writers queue
    DATABASES["default"]["OPTIONS"] = {
        # Readers do not wait for the writer, commits survive a power cut, deleted data is overwritten.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
        "transaction_mode": "IMMEDIATE",
        "timeout": BUSY_TIMEOUT,
    }
else:
    DATABASES["default"]["ENGINE"] = "doodlesite.postgresql"  # a lost server blocks one thread only
    url_options = DATABASES["default"].get("OPTIONS", {})
    DATABASES["default"]["OPTIONS"] = timeouts.postgresql(BUSY_TIMEOUT) | url_options
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)  # seconds
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The log goes to standard error: as text for people, or as JSON for programs with a line for each request.
LOGS = env.str("DOODLE_LOGS", default="text")
if LOGS not in ("text", "json"):
    raise ImproperlyConfigured(f"DOODLE_LOGS must be text or json, not {LOGS!r}.")
LOGGING = dict_config(LOGS)

# /metrics requires `Authorization: Bearer` with this token. It is created in DOODLE_VAR at the first start.
METRICS_TOKEN = env.str("DOODLE_METRICS_TOKEN", default="") or read_or_create_secret(VAR / "metrics-token")

# Redis: the queue of tasks and the counters of rate limits; nothing that must last.
REDIS_URL = env.str("REDIS_URL", default="") or redis_url(VAR)

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = "doodlesite.formats"

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
FILE_UPLOAD_PERMISSIONS = 0o600  # of collected files; Django's default lets everybody read them, whatever the umask
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LOGIN_REDIRECT_URL = "admin:index"  # only staff log in
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# https://django-axes.readthedocs.io/: failed logins lock one user name from one address only; otherwise anybody could
# lock an administrator out. The counts are in the database: all hosts share them, and they work without Redis.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "recognition.pages.login.pseudonymous_address"  # stores a hash
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # for privacy: successful logins are not recorded
AXES_ENABLE_ADMIN = False  # recognition/admin/people/login_attempts.py replaces it
AXES_VERBOSE = False

# Whose feedback decides the label of a drawing: owner, agreement or staff.
LABEL_POLICY = env.str("LABEL_POLICY", default="owner")
GALLERY_MODERATED = env.bool("GALLERY_MODERATED", default=False)

# The first administrator's password; if empty, `manage.py bootstrap` generates one and stores it in DOODLE_VAR.
ADMIN_PASSWORD = env.str("DOODLE_ADMIN_PASSWORD", default="")

# The name of this installation, which the admin shows to tell one from another; production is red.
ENVIRONMENT = env.str("DOODLE_ENVIRONMENT", default="local")

REST_FRAMEWORK: dict[str, object] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "recognition.api.security.authentication.TokenAuthentication",
        "recognition.api.security.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
        "recognition.api.security.authentication.ContributorAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.AllowAny",  # so that the schema requires no login
        "recognition.api.security.permissions.TokenHasScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["recognition.api.security.throttling.RateThrottle"],
    "DEFAULT_PARSER_CLASSES": ["recognition.api.schema.content.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "recognition.api.schema.content.FirstRenderer",
    "EXCEPTION_HANDLER": "recognition.api.exceptions.exception_handler",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,  # instead of OPTIONS there is the schema
}
# Bytes of a request body; deploy/nginx/nginx.conf has the same limits.
API_MOST_BYTES = 1_000_000
LOGIN_MOST_BYTES = 16_000  # which anybody may send to the login form
UPLOAD_MOST_BYTES = 32_000_000  # of the import form: a file of about fifty thousand drawings

# Free disk below which no drawing is stored, so that labels and deletions work on; for SQLite alone.
DISK_RESERVE_BYTES = env.int("DOODLE_DISK_RESERVE_MB", default=256) * 1_000_000

# The number of proxies in X-Forwarded-For: the first sets it, the others append; this many last entries are trusted.
PROXIES = env.int("DOODLE_PROXIES", default=0)

# Rate limits of one person and of one address: 120/min, 5/s, 1000/hour, or off. A school class or an office shares an
# address. The factor for reports is small because reports hide drawings.
_RATES = {
    "drawings": env.rates("DOODLE_RATE_DRAWINGS", default="120/min", people=10),
    "guesses": env.rates("DOODLE_RATE_GUESSES", default="600/min", people=10),  # one per stroke, at most every 150 ms
    "bytes": env.rates("DOODLE_RATE_BYTES", default="20000000/day", people=10),  # of stored drawings
    "feedback": env.rates("DOODLE_RATE_FEEDBACK", default="120/min", people=10),
    "proposals": env.rates("DOODLE_RATE_PROPOSALS", default="20/day", people=10),  # words that are no classes
    "games": env.rates("DOODLE_RATE_GAMES", default="10/min", people=10),
    "pages": env.rates("DOODLE_RATE_PAGES", default="120/min", people=10),  # expensive pages, which render or predict
    "reads": env.rates("DOODLE_RATE_READS", default="1200/min", people=10),  # all others; a page shows 24 drawings
    "reports": env.rates("DOODLE_RATE_REPORTS", default="10/hour", people=3),
}
API_RATES = {scope: person_rate for scope, (person_rate, _) in _RATES.items()}
ADDRESS_RATES = {scope: address_rate for scope, (_, address_rate) in _RATES.items()} | {
    "contributors": env.rate("DOODLE_RATE_CONTRIBUTORS_ADDRESS", default="300/hour"),  # new cookies
    "hidden": env.rate("DOODLE_RATE_HIDDEN_ADDRESS", default="5/hour"),  # drawings hidden by reports without an account
    "tokens": env.rate("DOODLE_RATE_TOKENS_ADDRESS", default="60/min"),  # invalid ones
    "logins": env.rate("DOODLE_RATE_LOGINS_ADDRESS", default="60/hour"),
}

# https://drf-spectacular.readthedocs.io/en/latest/settings.html
SPECTACULAR_SETTINGS = {
    "TITLE": "doodlesite",
    "DESCRIPTION": "Have drawings recognized, say what they really are, and see which network knows what.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "DrawingStatus": "recognition.models.drawing.Drawing.Status",
        "RunStatus": "training.models.run.TrainingRun.Status",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# https://docs.celeryq.dev/en/stable/userguide/configuration.html
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")
CELERY_TASK_ROUTES = {
    "training.tasks.retrain": {"queue": "training"},
    "training.tasks.find_label_errors": {"queue": "training"},  # its workers have the base drawings
    "training.tasks.export_version": {"queue": "training"},  # and TensorFlow
}
CELERY_TASK_IGNORE_RESULT = True  # tasks store their results in the database
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # workers wait for a lost broker without limit
CELERY_BROKER_TRANSPORT_OPTIONS = timeouts.broker()
# One immediate retry, in case a connection was stale. Beat sends later what cannot be sent now.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A run takes hours: it is acknowledged when it starts and never reserved behind another. The sweep finds one that dies.
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_BEAT_SCHEDULE = {
    "Sweep up lost training runs": {
        "task": "training.tasks.sweep",
        "schedule": env.float("TRAINING_SWEEP_EVERY", default=5.0),  # seconds
        "options": {"expires": 60},  # after an outage of the workers, one sweep is enough
    },
    "Send lost imports again": {
        "task": "recognition.tasks.sweep_imports",
        "schedule": 30.0,  # seconds
        "options": {"expires": 60},
    },
    "Remove what is kept no longer": {
        "task": "recognition.tasks.retain",
        "schedule": crontab(hour="3", minute="20"),  # by TIME_ZONE
        "options": {"expires": 12 * 60 * 60},
    },
    "End the trial of a version that does worse": {
        "task": "recognition.tasks.watch_trial",
        "schedule": 30.0,  # seconds
        "options": {"expires": 60},
    },
}

# Retention in days; 0: no limit. See recognition/privacy/retention.py and docs/privacy.md.
RETENTION_DAYS = env.days("DOODLE_RETENTION_DAYS", default=90)  # contributors and games without a drawing
RETENTION_DRAWINGS_DAYS = env.days("DOODLE_RETENTION_DRAWINGS_DAYS", default=0)  # drawings without feedback
RETENTION_AUDIT_DAYS = env.days("DOODLE_RETENTION_AUDIT_DAYS", default=730)  # the audit log

# Training: a run sends a heartbeat every few seconds; the sweep declares a silent run dead.
TRAINING_HEARTBEAT_EVERY = env.float("TRAINING_HEARTBEAT_EVERY", default=5.0)  # seconds
TRAINING_DEAD_AFTER = env.float("TRAINING_DEAD_AFTER", default=30.0)  # seconds
TRAINING_CLASS_NEEDS = env.int("TRAINING_CLASS_NEEDS", default=20)  # drawings; a class with fewer is not trained yet
TRAINING_PER_CONTRIBUTOR = env.int("TRAINING_PER_CONTRIBUTOR", default=50)  # drawings of a class per contributor
# For a closed site: accept every label, however many or similar drawings one contributor has.
TRAINING_TRUSTS_EVERYBODY = env.bool("TRAINING_TRUSTS_EVERYBODY", default=False)
TRAINING_PROMOTES = env.bool("TRAINING_PROMOTES", default=True)  # promote a version that passes the gate
# Copies of each run for tools to compare trainings with; each needs a package, see training/tracking/packages.py.
MLFLOW_TRACKING_URI = env.str("MLFLOW_TRACKING_URI", default="")
TENSORBOARD_DIR = Path(folder).resolve() if (folder := env.str("TENSORBOARD_DIR", default="")) else None

# Quick, Draw!: where the official files are downloaded from, and the folder they are stored in.
QUICKDRAW_URL = env.str("QUICKDRAW_URL", default="https://storage.googleapis.com/quickdraw_dataset")
QUICKDRAW_DIR = Path(env.str("QUICKDRAW_DIR", default=str(VAR / "quickdraw"))).resolve()
