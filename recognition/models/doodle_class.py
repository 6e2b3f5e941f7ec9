from __future__ import annotations

from collections.abc import Iterable

from django.db import models


class DoodleClassQuerySet(models.QuerySet["DoodleClass"]):
    def active(self) -> DoodleClassQuerySet:
        return self.filter(active=True)

    def named(self, name: str) -> DoodleClass | None:
        """Return the class with this name, ignoring case."""
        return self.filter(name__iexact=name).first()

    def ensure(self, names: Iterable[str]) -> None:
        """Create the Quick, Draw! classes with these names that do not exist yet."""
        self.bulk_create((DoodleClass(name=name) for name in names), ignore_conflicts=True)


class DoodleClass(models.Model):
    """A word that people draw, such as "cat". Active classes are offered on the page and trained."""

    class Origin(models.TextChoices):
        QUICKDRAW = "quickdraw", "Quick, Draw! category"
        OWN = "own", "our own"

    name = models.CharField(max_length=64, unique=True)
    active = models.BooleanField(default=True, help_text="Offered on the page and part of the next training.")
    direction_matters = models.BooleanField(
        default=False,
        db_default=False,
        help_text="The mirror image of a drawing shows something else, as with “b” and “d” or a left arrow. "
        "Takes effect with the next training.",
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
