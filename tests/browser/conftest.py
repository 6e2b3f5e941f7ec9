from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from recognition.models import ModelVersion
from tests.browser.hand import Visit
from tests.factories import make_version

# Playwright's event loop runs in this thread, and Django takes every query in it for one made by a coroutine.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

# A new profile costs Chromium's headless shell 0.2 s of processor time, the whole browser 0.9 s.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

expect.set_options(timeout=10_000)  # milliseconds; the machine may be busy


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("There is no Chromium on the PATH; CHROMIUM says where it is.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def version(transactional_db: None) -> ModelVersion:
    return make_version()


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """Opens a page in a browser of its own: `visit("/about/", viewport=…, color_scheme=…, has_touch=…)`."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def visit(path: str = "/", **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **{"reduced_motion": "reduce"} | options)
        contexts.append(context)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on("console", lambda message: errors.extend(_complaints(message)))
        page = context.new_page()
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(visit: Visit, version: ModelVersion) -> Page:
    """The drawing page with the tiny network in service."""
    return visit()


def _complaints(message: ConsoleMessage) -> list[str]:
    """Return what the page's own code complains of; requests that a test makes fail are the browser's complaint."""
    ours = message.type == "error" and not message.text.startswith("Failed to load resource")
    return [message.text] if ours else []
