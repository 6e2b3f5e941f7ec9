"""Fresh Debian machines in a network of their own: containers that boot systemd like real machines.

Needs root and Debian's packages debootstrap, systemd-container, iptables, iproute2 and curl. The machines reach package
registries as this one does: they get its sources, certificates and settings of apt and pip.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

RELEASE = "bookworm"
PACKAGES = "systemd,systemd-sysv,dbus,ca-certificates,iproute2"
INHERITED = (
    *("etc/apt/sources.list.d", "etc/apt/apt.conf.d", "etc/resolv.conf", "etc/pip.conf"),
    *("etc/ssl/certs/ca-certificates.crt", "usr/local/share/ca-certificates"),
)
LAN = "doodlesite-lan"  # a network namespace
GATEWAY, UPLINK, HERE = "10.0.0.1", "172.31.255.2", "172.31.255.1"
BOOT_SECONDS = 120  # at most
LINK = """
[Match]
Name=host0
[Network]
Address={address}/24
Gateway={gateway}
LinkLocalAddressing=no
"""


class Failed(Exception):
    """A command failed on a machine; the message ends with what it printed."""


def debootstrap(folder: Path) -> Path:
    """Return the root folder of a minimal Debian; it is made once."""
    if not (folder / "etc/os-release").exists():
        shutil.rmtree(folder, ignore_errors=True)
        _call("debootstrap", f"--include={PACKAGES}", "--variant=minbase", RELEASE, str(folder))
        for name in INHERITED:
            _inherit(folder, Path(name))
    return folder


def _inherit(folder: Path, name: Path) -> None:
    source, target = Path("/") / name, folder / name
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.exists():
        target.unlink(missing_ok=True)
        shutil.copy(source, target)


@contextmanager
def lan() -> Iterator[None]:
    """Create the network 10.0.0.0/24 in a namespace; it reaches package registries, and cannot be reached."""
    inside = ("ip", "netns", "exec", LAN)
    masquerade = ["POSTROUTING", "-s", "10.0.0.0/24", "-j", "MASQUERADE"]
    _call("ip", "netns", "add", LAN)
    try:
        _call("ip", "link", "add", "doodle-uplink", "type", "veth", "peer", "name", "uplink", "netns", LAN)
        _call("ip", "address", "add", f"{HERE}/30", "dev", "doodle-uplink")
        _call("ip", "link", "set", "doodle-uplink", "up")
        for command in (
            f"address add {UPLINK}/30 dev uplink",
            "link add br0 type bridge",
            f"address add {GATEWAY}/24 dev br0",
            *(f"link set {name} up" for name in ("lo", "uplink", "br0")),
            f"route add default via {HERE}",
        ):
            _call(*inside, "ip", *command.split())
        _call("ip", "route", "add", "10.0.0.0/24", "via", UPLINK)
        _call("iptables", "-t", "nat", "-A", *masquerade)
        for where in ((), inside):
            _call(*where, "sysctl", "-q", "-w", "net.ipv4.ip_forward=1")
        yield
    finally:
        with suppress(Failed):
            _call("iptables", "-t", "nat", "-D", *masquerade)
        _call("ip", "netns", "del", LAN)  # with both ends of the veth pair


def in_lan(*command: str) -> list[str]:
    """Return the command as it runs in the machines' network."""
    return ["nsenter", f"--net=/run/netns/{LAN}", *command]


class Machine:
    """A host, which boots at once; commands run as root and raise Failed if they fail."""

    def __init__(self, base: Path, folder: Path, address: str, shared: Mapping[Path, str]) -> None:
        self.name, self.address = folder.name, address
        self._told = folder.with_suffix(".log")
        _call("cp", "--archive", str(base), str(folder))
        (folder / "etc/hostname").write_text(f"{self.name}\n")
        (folder / "etc/hosts").write_text(f"127.0.0.1 localhost\n{address} {self.name}\n")
        link = folder / "etc/systemd/network/10-host0.network"
        link.write_text(LINK.format(address=address, gateway=GATEWAY))
        _call("chroot", str(folder), "systemctl", "enable", "systemd-networkd")
        binds = [f"--bind-ro={here}:{there}" for here, there in shared.items()]
        command = ["systemd-nspawn", "--register=no", "--keep-unit", "--quiet", "--boot", "--resolv-conf=off"]
        command += [f"--directory={folder}", f"--machine={self.name}", "--network-bridge=br0", *binds]
        with folder.with_suffix(".console").open("wb") as console:
            self._process = subprocess.Popen(in_lan(*command), stdout=console, stderr=console, stdin=subprocess.DEVNULL)
        self._wait()

    def run(self, script: str, typed: str = "") -> str:
        """Run lines of shell as root with `typed` as input; return their output."""
        clean = {"HOME": "/root", "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
        into = ["nsenter", "--target", str(self._leader()), "--mount", "--uts", "--ipc", "--net", "--pid"]
        command = [*into, "env", "--ignore-environment", *(f"{name}={value}" for name, value in clean.items())]
        done = subprocess.run(
            [*command, "bash", "-e", "-c", script], input=typed, capture_output=True, text=True, check=False
        )
        with self._told.open("a") as log:
            log.write(f"# {script}\n{done.stdout}{done.stderr}\n")
        if done.returncode:
            raise Failed(f"{self.name}: {script}\n{(done.stdout + done.stderr)[-3000:]}")
        return done.stdout

    def stop(self) -> None:
        with suppress(Failed):
            self.run("systemctl poweroff")
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGKILL)

    def _leader(self) -> int:
        """Return the machine's init process, by its number outside the container."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return int(children.read_text().split()[0])

    def _wait(self) -> None:
        for _ in range(BOOT_SECONDS):
            with suppress(Failed, IndexError):
                self.run("systemctl is-active network.target multi-user.target")
                return
            time.sleep(1)
        raise Failed(f"{self.name} does not boot; see {self._told.with_suffix('.console')}")


def _call(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(command)}: {(done.stdout + done.stderr)[-2000:]}")
