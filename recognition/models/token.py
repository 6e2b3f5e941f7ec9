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


USE_NOTED_EVERY = timedelta(minutes=1)
MOST_DAYS = 3650  # that a token may be issued for, if it ends at all


class TokenManager(models.Manager["Token"]):
    @transaction.atomic
    def issue(self, user: User, scopes: Iterable[str], name: str = "", *, days: int | None = None) -> str:
        """Make a token, for ever or for some days, and return its secret, which is stored nowhere: only its hash is."""
        secret = secrets.token_urlsafe(32)
        end = None if days is None else timezone.now() + timedelta(days=days)
        digest = Token.digest_of(secret)
        token = self.create(user=user, scopes=sorted(set(scopes)), name=name, digest=digest, expires_at=end)
        AuditEntry.objects.record(AuditEntry.Action.ISSUED, token.described, ", ".join(token.scopes))
        return secret

    def revoke(self, tokens: models.QuerySet[Token]) -> int:
        """Turn away from now on whoever shows one of these; return how many there were."""
        active = list(tokens.filter(revoked_at=None).select_related("user"))
        with transaction.atomic():
            self.filter(pk__in=[token.pk for token in active]).update(revoked_at=timezone.now())
            for token in active:
                AuditEntry.objects.record(AuditEntry.Action.REVOKED, token.described)
        return len(active)

    def active(self, secret: str) -> Token | None:
        """Return the token with this secret unless it was revoked, has expired, or its user may not sign in."""
        found = self.select_related("user").filter(digest=Token.digest_of(secret), user__is_active=True).first()
        return found if found and found.state == Token.State.ACTIVE else None


class Token(models.Model):
    """Lets a program act for a user: `Authorization: Token <secret>`."""

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
    def described(self) -> str:
        """Say which token it is and whose."""
        return f"token {self.pk}{self.name and f' “{self.name}”'} of {self.user.get_username()}"

    @property
    def state(self) -> Token.State:
        if self.revoked_at:
            return Token.State.REVOKED
        is_over = self.expires_at is not None and self.expires_at <= timezone.now()
        return Token.State.EXPIRED if is_over else Token.State.ACTIVE

    def note_use(self) -> None:
        """Remember when the token was used last, to the minute, so that not every request writes."""
        now = timezone.now()
        if self.last_used_at is None or now - self.last_used_at >= USE_NOTED_EVERY:
            # Of several requests at once one writes: the others find it written.
            unnoted = models.Q(last_used_at=None) | models.Q(last_used_at__lte=now - USE_NOTED_EVERY)
            Token.objects.filter(unnoted, pk=self.pk).update(last_used_at=now)
            self.last_used_at = now

    @staticmethod
    def digest_of(secret: str) -> str:
        """SHA-256 without salt is enough: the secret has 256 random bits, nothing can be guessed."""
        return hashlib.sha256(secret.encode()).hexdigest()
