"""Who asks a site that is fuzzed, and a site that answers as often as it is asked."""

from __future__ import annotations

import json
from pathlib import Path

from tests.services.site import Site

RATES = ("DRAWINGS", "BYTES", "GUESSES", "FEEDBACK", "GAMES", "PAGES", "PROPOSALS", "READS", "REPORTS")
UNLIMITED = {f"DOODLE_RATE_{name}{suffix}": "off" for name in RATES for suffix in ("", "_ADDRESS")}

MAKE = """
import json
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from recognition.accounts.identity import COOKIE, set_contributor_cookie
from recognition.models import Contributor, ModelVersion, Token

CSRF = "c" * 32
everything = [scope.value for scope in Token.Scope]
staff = User.objects.create_superuser("staff")
robot = User.objects.create_user("robot")
champion = ModelVersion.objects.get()
ModelVersion.objects.register(champion.artifact, champion.labels, champion.calibration, champion.metrics, champion)
client, answer = Client(), HttpResponse()
client.force_login(staff)
set_contributor_cookie(answer, Contributor.objects.create())
def browser(name, value):
    return {"Cookie": f"{name}={value}; csrftoken={CSRF}", "X-CSRFToken": CSRF}
print(json.dumps({
    "nobody": {},
    "a browser": browser(COOKIE, answer.cookies[COOKIE].value),
    "a program": {"Authorization": f"Token {Token.objects.issue(robot, everything)}"},
    "staff's program": {"Authorization": f"Token {Token.objects.issue(staff, everything)}"},
    "staff": browser(settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value),
}))
"""

Headers = dict[str, str]


def site_without_limits(var: Path, database_url: str) -> Site:
    """Return a site that is ready to be started, and that answers however often it is asked."""
    site = Site(var, database_url, **UNLIMITED)
    site.prepare()
    return site


def visitors(site: Site) -> dict[str, Headers]:
    """Make everybody who may ask, and return what each sends to be known."""
    told: dict[str, Headers] = json.loads(site.manage("shell", "--verbosity", "0", "-c", MAKE))
    return told
