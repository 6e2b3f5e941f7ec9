from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from recognition.models import Drawing, DrawingImport
from recognition.transfer import import_job
from tests.factories import make_user, make_version, strokes_of
from tests.services.site import Site, wait_until

pytestmark = pytest.mark.services


def test_a_real_worker_imports_an_uploaded_file_also_after_one_was_killed(site: Site) -> None:
    make_version()
    drawn = [[[0, number, 90], [0, 50, number]] for number in range(300)]
    lines = [{"word": "cat", "drawing": [stroke], "countrycode": "x" * 500} for stroke in drawn]
    lines.append({"word": "cat", "drawing": strokes_of("cat")})
    content = "".join(f"{json.dumps(line)}\n" for line in lines).encode()
    started = import_job.start(SimpleUploadedFile("cats.ndjson", content), by=make_user(), word="", accept=True)
    assert started.parts > 3
    site.start("redis", "worker")
    site.manage("shell", "-v0", "-c", f"from recognition.transfer import import_job; import_job.send({started.pk})")
    wait_until(lambda: Drawing.objects.exists())
    site.kill("worker")
    DrawingImport.objects.update(touched_at="2020-01-01T00:00Z")
    site.start("worker")
    site.manage("shell", "-v0", "-c", "from recognition.transfer import import_job; import_job.sweep()")
    wait_until(lambda: not DrawingImport.objects.open().exists())
    started.refresh_from_db()
    assert (started.stored, started.known, started.refused, started.error) == (301, 0, 0, "")
    assert Drawing.objects.accepted().count() == 301
