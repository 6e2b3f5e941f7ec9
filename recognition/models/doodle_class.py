from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from recognition.models.model_version import ModelVersion


MAX_LETTERS = 64  # of a name


class DoodleClassQuerySet(models.QuerySet["DoodleClass"]):
    def active(self) -> DoodleClassQuerySet:
        return self.filter(active=True)

    def named(self, name: str) -> DoodleClass | None:
        """Return the class with this name, ignoring case."""
        return self.filter(name__iexact=name).first()

    def like(self, name: str, limit: int) -> list[str]:
        """Return the names that are most like a misspelt one, the best first."""
        return difflib.get_close_matches(name.lower(), self.values_list("name", flat=True), n=limit)

    def ensure(self, names: Iterable[str], comes_with: ModelVersion | None = None) -> None:
        """Create the Quick, Draw! classes with these names that do not exist yet.

        comes_with: the version that brings them; they are active once it is promoted.
        """
        new = (DoodleClass(name=name, active=comes_with is None, comes_with=comes_with) for name in names)
        self.bulk_create(new, ignore_conflicts=True)

    def activate_of(self, version: ModelVersion) -> None:
        """Activate the classes that a version brings. What an administrator deactivates later stays so."""
        self.filter(comes_with=version).update(active=True, comes_with=None)


class DoodleClass(models.Model):
    """A word that people draw, such as "cat". Active classes are offered on the page and trained."""

    class Origin(models.TextChoices):
        QUICKDRAW = "quickdraw", "Quick, Draw! category"
        OWN = "own", "our own"

    name = models.CharField(max_length=MAX_LETTERS, unique=True)
    active = models.BooleanField(default=True, help_text="Offered on the page and part of the next training.")
    direction_matters = models.BooleanField(
        default=False,
        db_default=False,
        help_text="The mirror image of a drawing shows something else, as with “b” and “d” or a left arrow. "
        "Takes effect with the next training.",
    )
    comes_with = models.ForeignKey(
        "recognition.ModelVersion", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    origin = models.CharField(max_length=16, choices=Origin, default=Origin.QUICKDRAW)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DoodleClassQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = "class"
        verbose_name_plural = "classes"

    def __str__(self) -> str:
        return self.name
