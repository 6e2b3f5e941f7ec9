from __future__ import annotations

import logging

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from recognition.throttling import client_ip
from recognition.throttling.client_ip import client_address


def address(*, forwarded: str | None = None, remote: str = "192.0.2.1") -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote))


def test_without_proxies_the_header_is_not_believed() -> None:
    assert address(forwarded="203.0.113.9") == "192.0.2.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1, 203.0.113.9", "203.0.113.9"),  # the first was made up by the client
        (2, "10.0.0.1, 203.0.113.9, 198.51.100.7", "203.0.113.9"),
        (2, "203.0.113.9", "203.0.113.9"),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8::1]:4711", "2001:db8::"),
        (1, "nonsense", "unknown"),
        (1, "<script>", "unknown"),
    ],
)
def test_behind_proxies_only_what_they_wrote_is_believed(
    settings: Settings, proxies: int, forwarded: str, expected: str
) -> None:
    settings.PROXIES = proxies
    assert address(forwarded=forwarded) == expected


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::"),
        ("::ffff:192.0.2.5", "192.0.2.5"),
        ("", "unknown"),  # a Unix socket
    ],
)
def test_a_household_is_one_address(remote: str, expected: str) -> None:
    assert address(remote=remote) == expected


def test_a_proxy_that_nobody_told_us_of_is_mentioned_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(client_ip, "_warned", False)
    with caplog.at_level(logging.WARNING, "recognition"):
        for _ in range(3):
            address(forwarded="203.0.113.9")
    assert len(caplog.messages) == 1
    assert "DOODLE_PROXIES" in caplog.messages[0]
    assert "203.0.113.9" not in caplog.text
