from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LOAD_ALL_THAT_A_WEB_PROCESS_LOADS = """
import sys
import doodlesite.wsgi
from django.contrib import admin
from django.urls import get_resolver
from doodlesite.celery import app

get_resolver().url_patterns
admin.site.urls
app.loader.import_default_modules()  # every tasks module
assert "recognition.models" in sys.modules and "training.tasks" in sys.modules
print(*sorted({"tensorflow", "keras", "scipy"} & set(sys.modules)))
"""


def test_web_processes_never_load_tensorflow_or_scipy(tmp_path: Path) -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "doodlesite.settings", "DOODLE_VAR": str(tmp_path)}
    command = [sys.executable, "-c", LOAD_ALL_THAT_A_WEB_PROCESS_LOADS]

    assert subprocess.check_output(command, env=environment, text=True).split() == []
