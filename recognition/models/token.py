from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import User


USE_NOTED_EVERY = timedelta(minutes=1)


class TokenManager(models.Manager["Token"]):
    def issue(self, user: User, scopes: Iterable[str], name: str = "") -> str:
        """Make a token and return its secret, which is stored nowhere: only its hash is."""
        secret = secrets.token_urlsafe(32)
        self.create(user=user, scopes=sorted(set(scopes)), name=name, digest=Token.digest_of(secret))
        return secret

    def active(self, secret: str) -> Token | None:
        """Return the token with this secret unless it was revoked or its user may not sign in."""
        return (
            self.select_related("user")
            .filter(digest=Token.digest_of(secret), revoked_at=None, user__is_active=True)
            .first()
        )


class Token(models.Model):
    """Lets a program act for a user: `Authorization: Token <secret>`."""

    class Scope(models.TextChoices):
        RECOGNIZE = "recognize", "guess and store drawings"
        READ = "read", "read drawings, classes and versions"
        LABEL = "label", "give feedback"
        TRAIN = "train", "start training, promote versions"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=64, blank=True, help_text="what it is for")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenManager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name or f"token {self.pk}"

    def note_use(self) -> None:
        """Remember when the token was used last, to the minute, so that not every request writes."""
        now = timezone.now()
        if self.last_used_at is None or now - self.last_used_at >= USE_NOTED_EVERY:
            self.last_used_at = now
            self.save(update_fields=["last_used_at"])

    @staticmethod
    def digest_of(secret: str) -> str:
        """SHA-256 without salt is enough: the secret has 256 random bits, nothing can be guessed."""
        return hashlib.sha256(secret.encode()).hexdigest()
