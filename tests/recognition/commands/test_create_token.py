from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from recognition.models import Token
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def created(*arguments: str) -> Token:
    output = StringIO()
    call_command("create_token", *arguments, stdout=output)
    token = Token.objects.active(output.getvalue().strip())
    assert token is not None
    return token


def test_what_is_printed_is_a_token_of_the_user() -> None:
    user = make_user()

    assert created("sam").user == user


def test_a_token_may_use_the_site_but_not_change_its_model_unless_asked_for() -> None:
    make_user()

    assert created("sam").scopes == ["label", "read", "recognize"]


def test_scopes_and_a_name_are_chosen() -> None:
    make_user()

    token = created("sam", "--scope", "train", "--scope", "read", "--name", "nightly")

    assert (token.scopes, token.name) == (["read", "train"], "nightly")


def test_an_unknown_user_is_named() -> None:
    with pytest.raises(CommandError, match="There is no user nobody"):
        call_command("create_token", "nobody")


def test_an_unknown_scope_is_refused() -> None:
    make_user()

    with pytest.raises(CommandError, match="moon"):
        call_command("create_token", "sam", "--scope", "moon")


def test_a_token_may_end_by_itself() -> None:
    make_user()

    token = created("sam", "--days", "7")

    assert token.expires_at
    assert round((token.expires_at - token.created_at).total_seconds() / 86400) == 7


@pytest.mark.parametrize("days", ["0", "-1", "soon", "99999"])
def test_a_number_of_days_that_makes_no_sense_is_refused(days: str) -> None:
    make_user()

    with pytest.raises(CommandError, match="no number of days"):
        call_command("create_token", "sam", f"--days={days}")
