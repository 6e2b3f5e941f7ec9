"""The admin's name, colors and navigation.

https://unfoldadmin.com/docs/configuration/settings/ explains every key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy


def environment(request: HttpRequest) -> tuple[str, str]:
    """Return the text and the color of the label next to the account, which tells one site from another."""
    if settings.DEBUG:
        return "debug", "warning"
    return settings.ENVIRONMENT, "danger" if settings.ENVIRONMENT == "production" else "info"


def _link(title: str, icon: str, model: str) -> dict[str, Any]:
    """Return a link to the list page of a model, shown to users who may view it."""
    app, name = model.split(".")
    return {
        "title": title,
        "icon": icon,  # a name from https://fonts.google.com/icons
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": _may_view(app, name),
    }


def _may_view(app: str, name: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(f"{app}.view_{name}") or request.user.has_perm(f"{app}.change_{name}")


NAVIGATION = [
    {
        "items": [
            {"title": "At a glance", "icon": "dashboard", "link": reverse_lazy("admin:index")},
            {
                "title": "Operations",
                "icon": "monitor_heart",
                "link": reverse_lazy("operations"),
                "permission": _may_view("training", "trainingrun"),
            },
        ]
    },
    {
        "title": "Drawings",
        "separator": True,
        "items": [
            _link("Drawings", "draw", "recognition.drawing"),
            _link("Feedback", "thumbs_up_down", "recognition.feedback"),
            _link("Predictions", "psychology_alt", "recognition.prediction"),
            _link("Imports", "upload_file", "recognition.drawingimport"),
            _link("Contributors", "groups", "recognition.contributor"),
        ],
    },
    {
        "title": "Models",
        "separator": True,
        "items": [
            _link("Classes", "category", "recognition.doodleclass"),
            _link("Proposed words", "add_notes", "recognition.wordproposal"),
            _link("Model versions", "deployed_code", "recognition.modelversion"),
            _link("Training runs", "model_training", "training.trainingrun"),
            _link("Label errors", "rule", "training.labelsearch"),
            _link("Exports", "file_export", "training.versionexport"),
            _link("Promotions", "history", "recognition.promotion"),
            _link("Schedule", "schedule", "django_celery_beat.periodictask"),
        ],
    },
    {
        "title": "Access",
        "separator": True,
        "items": [
            _link("Users", "person", "auth.user"),
            _link("Groups", "group", "auth.group"),
            _link("Tokens", "key", "recognition.token"),
            _link("Failed sign-ins", "lock", "axes.accessattempt"),
            _link("Audit log", "fact_check", "recognition.auditentry"),
        ],
    },
]

UNFOLD = {
    "SITE_TITLE": "doodlesite",
    "SITE_HEADER": "doodlesite",
    "SITE_SUBHEADER": "drawings, labels, models",
    "SITE_ICON": lambda request: static("img/face.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("img/face.svg")}],
    "STYLES": [lambda request: static("css/meter.css"), lambda request: static("css/admin.css")],
    "SCRIPTS": [lambda request: static("js/admin/landmarks.js")],
    "ENVIRONMENT": "doodlesite.config.admin_theme.environment",
    "DASHBOARD_CALLBACK": "training.admin.dashboard.dashboard_context",
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": NAVIGATION},
    "BORDER_RADIUS": "8px",
    # Ballpoint blue, as on the site.
    "COLORS": {
        "primary": {
            "50": "oklch(97% .014 275)",
            "100": "oklch(93.5% .03 275)",
            "200": "oklch(88% .06 275)",
            "300": "oklch(80% .1 275)",
            "400": "oklch(72% .14 275)",
            "500": "oklch(62% .18 274)",
            "600": "oklch(47% .2 272)",
            "700": "oklch(41% .18 272)",
            "800": "oklch(36% .15 272)",
            "900": "oklch(32% .12 272)",
            "950": "oklch(24% .09 272)",
        },
    },
}
