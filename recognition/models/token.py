from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from recognition.models.audit_entry import AuditEntry

if TYPE_CHECKING:
    from django.contrib.auth.models import User


LAST_USED_PRECISION = timedelta(minutes=1)
MAX_TOKEN_DAYS = 3650  # of a token that expires


class TokenManager(models.Manager["Token"]):
    @transaction.atomic
    def issue(self, user: User, scopes: Iterable[str], name: str = "", *, days: int | None = None) -> str:
        """Create a token, and return its secret. Only a hash of the secret is stored.

        days: until the token expires; None for a token that does not expire.
        """
        secret = secrets.token_urlsafe(32)
        expires_at = None if days is None else timezone.now() + timedelta(days=days)
        digest = Token.digest_of(secret)
        token = self.create(user=user, scopes=sorted(set(scopes)), name=name, digest=digest, expires_at=expires_at)
        AuditEntry.objects.record(AuditEntry.Action.ISSUED, token.description, ", ".join(token.scopes))
        return secret

    def revoke(self, tokens: models.QuerySet[Token]) -> int:
        """Revoke those of the tokens that are not revoked yet; return how many."""
        active = list(tokens.filter(revoked_at=None).select_related("user"))
        with transaction.atomic():
            self.filter(pk__in=[token.pk for token in active]).update(revoked_at=timezone.now())
            for token in active:
                AuditEntry.objects.record(AuditEntry.Action.REVOKED, token.description)
        return len(active)

    def active(self, secret: str) -> Token | None:
        """Return the token with this secret, unless it is revoked or expired or its user is inactive."""
        token = self.select_related("user").filter(digest=Token.digest_of(secret), user__is_active=True).first()
        return token if token and token.state == Token.State.ACTIVE else None


class Token(models.Model):
    """An API token, with which a program acts for a user: `Authorization: Token <secret>`."""

    class Scope(models.TextChoices):
        RECOGNIZE = "recognize", "guess and store drawings"
        READ = "read", "read drawings, classes and versions"
        LABEL = "label", "give feedback"
        TRAIN = "train", "start training, promote versions"

    class State(models.TextChoices):
        ACTIVE = "active"
        REVOKED = "revoked"
        EXPIRED = "expired"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=64, blank=True, help_text="what it is for")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenManager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name or f"token {self.pk}"

    @property
    def description(self) -> str:
        """Describe the token and its user for the audit log."""
        return f"token {self.pk}{self.name and f' “{self.name}”'} of {self.user.get_username()}"

    @property
    def state(self) -> Token.State:
        if self.revoked_at:
            return Token.State.REVOKED
        is_expired = self.expires_at is not None and self.expires_at <= timezone.now()
        return Token.State.EXPIRED if is_expired else Token.State.ACTIVE

    def record_use(self) -> None:
        """Store the time of last use, at most once a minute, so that not every request writes."""
        now = timezone.now()
        if self.last_used_at is None or now - self.last_used_at >= LAST_USED_PRECISION:
            # Of several simultaneous requests one writes; the others match no row.
            is_stale = models.Q(last_used_at=None) | models.Q(last_used_at__lte=now - LAST_USED_PRECISION)
            Token.objects.filter(is_stale, pk=self.pk).update(last_used_at=now)
            self.last_used_at = now

    @staticmethod
    def digest_of(secret: str) -> str:
        """Return the SHA-256 of a secret. It needs no salt: the secret has 256 random bits."""
        return hashlib.sha256(secret.encode()).hexdigest()
