from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class ContributorManager(models.Manager["Contributor"]):
    def of_user(self, user: User) -> Contributor:
        """Return the contributor of a user, which is created on first use."""
        return self.get_or_create(user=user)[0]

    def of_pseudonym(self, pseudonym: uuid.UUID) -> Contributor:
        """Return the contributor with this pseudonym in imported files, created on first use."""
        return self.get_or_create(imported_as=pseudonym)[0]


class Contributor(models.Model):
    """A user, or an anonymous person who is known by a random id in a signed cookie.

    Rate limits, trust, export and deletion refer to it. It does not hold who the person is.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="contributor"
    )
    imported_as = models.UUIDField(
        null=True, editable=False, help_text="pseudonym in the imported files with their drawings"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ContributorManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["imported_as"],
                condition=models.Q(imported_as__isnull=False),
                name="one_contributor_per_pseudonym",
            )
        ]
        indexes = [models.Index(fields=["-created_at"], name="contributor_newest")]

    def __str__(self) -> str:
        return self.user.get_username() if self.user else f"anonymous {str(self.pk)[:8]}"

    @property
    def bucketing_key(self) -> str:
        """Return the key that assigns the contributor to a group of a trial; a user's key is their user id."""
        return f"user {self.user_id}" if self.user_id else str(self.pk)

    @property
    def pseudonym(self) -> uuid.UUID:
        """Return what exports call the contributor: it tells who drew what together, not who it was."""
        digest = salted_hmac("recognition.Contributor.pseudonym", self.pk.bytes, algorithm="sha256").digest()
        return self.imported_as or uuid.UUID(bytes=digest[:16])

    def ensure_stored(self) -> None:
        """Store an anonymous contributor before the first record that refers to them. Safe to call again."""
        if self.user_id is None:
            Contributor.objects.bulk_create([self], ignore_conflicts=True)
