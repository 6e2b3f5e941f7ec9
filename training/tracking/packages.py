"""The packages that tracking needs and the site does not install, and a system check that they are there."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, register
from django.core.checks import Warning as CheckWarning

# Settings that need a module, and the package that has it.
PACKAGES = {"MLFLOW_TRACKING_URI": ("mlflow", "mlflow-skinny"), "TENSORBOARD_DIR": ("tensorboard", "tensorboard")}


def missing_package(setting: str) -> str:
    """Return what to install so that a setting takes effect; "" if it is installed, or the setting is off."""
    module, package = PACKAGES[setting]
    if not getattr(settings, setting) or find_spec(module):
        return ""
    return f"{setting} has no effect. Install what it needs: pip install --constraint constraints.txt {package}"


@register()
def check_packages(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn about a missing package on hosts that can train; on others the settings mean nothing."""
    if not find_spec("tensorflow"):
        return []
    return [CheckWarning(text, id="training.W001") for text in map(missing_package, PACKAGES) if text]
