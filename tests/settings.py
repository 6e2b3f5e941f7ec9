"""The site's settings for a test run: a folder of its own, and nothing that is slow only to be safe."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

# Tests run in several processes at once, and so do the servers that they start. More threads of TensorFlow and
# NumPy would only spin on processors that the other processes need.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

os.environ["DOODLE_VAR"] = tempfile.mkdtemp(prefix="doodlesite-tests-")
atexit.register(shutil.rmtree, os.environ["DOODLE_VAR"], ignore_errors=True)

from doodlesite.settings import *  # noqa: E402, F403  # only now: it reads DOODLE_VAR
from doodlesite.settings import ADDRESS_RATES, API_RATES, DATABASES, REST_FRAMEWORK, STORAGES, VAR  # noqa: E402

API_RATES = dict.fromkeys(API_RATES)  # no limits
ADDRESS_RATES = dict.fromkeys(ADDRESS_RATES)
REST_FRAMEWORK = REST_FRAMEWORK | {"TEST_REQUEST_DEFAULT_FORMAT": "json"}
QUICKDRAW_DIR = VAR / "quickdraw"  # nothing is there, whatever is in the folder that the environment names
MLFLOW_TRACKING_URI, TENSORBOARD_DIR = "", None  # likewise
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir()  # WhiteNoise warns where it is missing

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads and processes then lock each other as they do in production.
    DATABASES["default"]["TEST"] = {"NAME": VAR / "test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
