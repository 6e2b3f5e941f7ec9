from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class ContributorManager(models.Manager["Contributor"]):
    def of_user(self, user: User) -> Contributor:
        """Return the contributor that stands for a signed-in person or a program's token."""
        return self.get_or_create(user=user)[0]


class Contributor(models.Model):
    """Whoever draws: an anonymous person known by a random id in a signed cookie, or a user.

    Limits, trust, export and deletion hang on it; nothing in it says who the person is.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="contributor"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ContributorManager()

    class Meta:
        indexes = [models.Index(fields=["-created_at"], name="contributor_newest")]

    def __str__(self) -> str:
        return self.user.get_username() if self.user else f"anonymous {str(self.pk)[:8]}"

    @property
    def lot(self) -> str:
        """Return what lots are drawn by; of a user it is known without looking up the contributor."""
        return f"user {self.user_id}" if self.user_id else str(self.pk)

    def ensure_stored(self) -> None:
        """Store an anonymous contributor with the first thing that is stored of them; harmless when it is there."""
        if self.user_id is None:
            Contributor.objects.bulk_create([self], ignore_conflicts=True)
