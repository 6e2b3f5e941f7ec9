"""The proxy of deploy/nginx in front of web hosts, on an address and with a certificate of its own."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Sequence
from pathlib import Path

import httpx2
import pytest

from tests.services.site import PATIENCE, ROOT, Site, free_port, wait_until
from tests.services.visitor import Visitor

BEHIND_A_PROXY = {"ALLOWED_HOSTS": "localhost", "DOODLE_HTTPS": "1", "DOODLE_PROXIES": "1"}
CONFIGURATION = ROOT / "deploy" / "nginx"
CERTIFY = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"


def nginx() -> str:
    """Return where nginx is, or skip the test."""
    path = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if not path:
        pytest.skip("There is no nginx; Debian has it in the package nginx.")
    return path


class Proxy:
    def __init__(self, folder: Path, hosts: Sequence[Site]) -> None:
        self.port, plain_port = free_port(), free_port()
        self.url = f"https://localhost:{self.port}"
        certify = [*CERTIFY.split(), "-addext", "subjectAltName=DNS:localhost", "-keyout", "privkey.pem"]
        subprocess.run([*certify, "-out", "fullchain.pem"], cwd=folder, check=True, capture_output=True)
        self.tls = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))

        replaced = {
            "user www-data;": "user root;",  # the folders of tests are private
            "/etc/letsencrypt/live/doodlesite": str(folder),
            "/etc/nginx/web-hosts.conf": str(folder / "web-hosts.conf"),
            "/run/nginx.pid": str(folder / "nginx.pid"),
            "/var/lib/nginx": str(folder),
            "/var/log/nginx": str(folder),
            "    listen [::]:": "    # ",
            "listen 80 ": f"listen 127.0.0.1:{plain_port} ",
            "listen 443 ": f"listen 127.0.0.1:{self.port} ",
        }
        (folder / "nginx.conf").write_text(_replace(replaced, (CONFIGURATION / "nginx.conf").read_text()))
        addresses = [f"127.0.0.1:{host.port}" for host in hosts]
        (folder / "web-hosts.conf").write_text(_web_hosts(addresses))
        self.log = folder / "error.log"
        command = [nginx(), "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", str(self.log)]
        self._process = subprocess.Popen([*command, "-g", "daemon off;"], stderr=subprocess.PIPE, text=True)

    def visitor(self, address: str = "127.0.0.1", *, timeout: float = PATIENCE) -> Visitor:
        """Return somebody at `address` (127.0.0.0/8) who trusts the proxy's certificate, and no other."""
        return Visitor(self.url, transport=self._transport(address), timeout=timeout)

    def client(self, address: str) -> httpx2.Client:
        """Return a client at `address` to which refusals are answers."""
        return httpx2.Client(base_url=self.url, transport=self._transport(address), timeout=PATIENCE)

    def _transport(self, address: str) -> httpx2.HTTPTransport:
        return httpx2.HTTPTransport(verify=self.tls, local_address=address)

    def wait_until_it_answers(self) -> None:
        wait_until(self._answers)

    def stop(self) -> None:
        self._process.terminate()
        self._process.communicate()

    def _answers(self) -> bool:
        try:
            with self.visitor() as anybody:
                anybody.get("/readyz")
        except (OSError, httpx2.HTTPError):
            assert self._process.poll() is None, self._process.stderr and self._process.stderr.read()
            return False
        return True


def _replace(replaced: dict[str, str], text: str) -> str:
    for old, new in replaced.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def _web_hosts(addresses: list[str]) -> str:
    """Return the line of the first host in deploy/nginx/web-hosts.conf, for each address."""
    lines = (CONFIGURATION / "web-hosts.conf").read_text().splitlines()
    pattern = next(line for line in lines if line.startswith("server "))
    _, placeholder, *_ = pattern.split()
    return "".join(f"{pattern.replace(placeholder, address)}\n" for address in addresses)
