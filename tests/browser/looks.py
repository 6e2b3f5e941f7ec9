"""What a browser says about how a page looks."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def violations(page: Page, within: str | None = None) -> list[str]:
    """Say what axe complains of; `within` a part of the page where the rest is not ours."""
    return [
        f"{violation['id']}: {node['target']} {node['any'] and node['any'][0]['message']}"
        for violation in Axe().run(page, context=within).response["violations"]
        for node in violation["nodes"]
    ]
