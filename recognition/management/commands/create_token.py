from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from recognition.models import Token
from recognition.models.token import MAX_TOKEN_DAYS

DEFAULT_SCOPES = [Token.Scope.RECOGNIZE.value, Token.Scope.READ.value, Token.Scope.LABEL.value]


class Command(BaseCommand):
    help = "Prints a new token for a program that acts for a user: Authorization: Token …. It is shown only now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", metavar="USER", help="name of the user")
        parser.add_argument(
            "--scope",
            action="append",
            dest="scopes",
            choices=Token.Scope.values,
            help=f"what it may do, once for each: {_scope_help()}; default: {', '.join(DEFAULT_SCOPES)}",
        )
        parser.add_argument("--days", type=_days, help="how long it works; without it, until it is revoked")
        parser.add_argument("--name", default="", help="what it is for")

    def handle(
        self, *args: Any, user: str, scopes: list[str] | None, name: str, days: int | None, **options: Any
    ) -> None:
        owner = User.objects.filter(username=user).first()
        if owner is None:
            raise CommandError(f"There is no user {user}; manage.py createsuperuser or the admin makes one.")
        self.stdout.write(Token.objects.issue(owner, scopes or DEFAULT_SCOPES, name[:64], days=days))


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MAX_TOKEN_DAYS:
        raise ArgumentTypeError(f"{text!r} is no number of days from 1 to {MAX_TOKEN_DAYS}")
    return int(text)


def _scope_help() -> str:
    return ", ".join(f"{value} ({label})" for value, label in Token.Scope.choices)
