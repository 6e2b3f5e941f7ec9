"""What a training runs on: the commit of the code, the versions of the packages, the device."""

from __future__ import annotations

import platform
import subprocess
import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path

from django.conf import settings

RECORDED_PACKAGES = ("tensorflow", "keras", "numpy")  # whose version may change what is learnt


@cache
def code_commit() -> str:
    """Return the commit of the code, with “-dirty” after it if files were changed; without git, the release.

    Cached: a process runs the code that it has loaded. Returns "" if neither is known.
    """
    root = Path(settings.BASE_DIR)
    if (root / ".git").exists():  # not the repository of a folder above
        command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
        try:
            answer = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)  # noqa: S603
            return answer.stdout.strip()
        except (OSError, subprocess.SubprocessError):  # no git, or a folder that git does not trust
            pass
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
        return f"release {project['version']}"
    except (OSError, ValueError, KeyError):
        return ""


def package_versions() -> dict[str, str]:
    """Return the versions of the recorded packages that are installed; a web process may lack TensorFlow."""
    installed = {}
    for name in RECORDED_PACKAGES:
        try:
            installed[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return installed


def device_name() -> str:
    """Return the names of the GPUs that TensorFlow sees, or the processor's model."""
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    names = [tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name) for gpu in gpus]
    return ", ".join(names) or _processor()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()
