"""The game: six words, twenty seconds each, and the network guesses along."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_safe

from recognition.accounts.identity import (
    TooManyNewContributors,
    admit_contributor,
    contributor_of,
    set_contributor_cookie,
)
from recognition.game import (
    ROUND_SECONDS,
    ROUNDS,
    Round,
    drawn_words,
    game_rounds,
    start_game,
    unfinished_game,
    unknown_words,
)
from recognition.imaging.rendering import Tile, link_preview
from recognition.models import Game
from recognition.pages.rate_limit import limited, too_many


@require_http_methods(["GET", "HEAD", "POST"])
@limited("reads")
@ensure_csrf_cookie
def play_page(request: HttpRequest) -> HttpResponseBase:
    """Explain the game, and start one on POST."""
    return _start(request) if request.method == "POST" else _start_page(request)


def _start_page(request: HttpRequest, *, is_impossible: bool = False) -> HttpResponse:
    context = {
        "rounds": ROUNDS,
        "seconds": ROUND_SECONDS,
        "is_impossible": is_impossible,
        "open_game": (unfinished := unfinished_game(contributor_of(request))) and unfinished[0],
        "facts": unfinished and _facts(*unfinished),
    }
    return render(request, "play.html", context, status=503 if is_impossible else 200)


@limited("games")
def _start(request: HttpRequest) -> HttpResponse:
    """Start a game and set the contributor cookie, which marks its owner."""
    try:
        contributor = admit_contributor(request)
    except TooManyNewContributors as error:
        return too_many(request, error.wait)
    game = start_game(contributor)
    response: HttpResponse = redirect("game", game_id=game.pk) if game else _start_page(request, is_impossible=True)
    set_contributor_cookie(response, contributor)
    return response


@require_safe
@limited("reads")
@ensure_csrf_cookie
def game_page(request: HttpRequest, game_id: uuid.UUID) -> HttpResponse:
    """Show the game to its player until it is finished. Redirects others to the results."""
    game = get_object_or_404(Game, pk=game_id)
    if game.contributor_id != contributor_of(request).pk:
        return redirect("results", game_id=game_id)
    drawn = drawn_words(game)
    if set(game.words) <= set(drawn):
        return redirect("results", game_id=game_id)
    return render(request, "game.html", {"game": game, "facts": _facts(game, drawn) | {"unknown": unknown_words(game)}})


@require_safe
@limited("pages")
@ensure_csrf_cookie
def game_results(request: HttpRequest, game_id: uuid.UUID) -> HttpResponse:
    """Show the results of a game to everyone who has its address."""
    game = get_object_or_404(Game, pk=game_id)
    rounds = game_rounds(game)
    context = {
        "game": game,
        "rounds": rounds,
        "others": any(played.others for played in rounds),
        "unknown": unknown_words(game),
        "won": (won := sum(played.is_won for played in rounds)),
        "mood": "happy" if won * 2 >= len(rounds) else "calm",
        "said": [_confirmation(played) for played in rounds if played.drawing],
        "is_mine": game.contributor_id == contributor_of(request).pk,
    }
    return render(request, "results.html", context)


@require_safe
@limited("pages")
def game_picture(request: HttpRequest, game_id: uuid.UUID) -> HttpResponse:
    """Return the preview picture for links to the game: the score, and what was drawn."""
    rounds = game_rounds(get_object_or_404(Game, pk=game_id))
    won = sum(played.is_won for played in rounds)
    tiles = [Tile(played.drawing.fast_svg(), played.word, played.is_won) for played in rounds if played.drawing]
    title = "I guessed them all!" if won == len(rounds) else f"I guessed {won or 'none'} of {len(rounds)}."
    return HttpResponse(link_preview(title, "Can I guess what you draw?", tiles), content_type="image/png")


def _facts(game: Game, drawn: Sequence[str]) -> dict[str, Any]:
    """Return what the browser needs to go on with a game."""
    return {"game": str(game.pk), "words": game.words, "seconds": ROUND_SECONDS, "drawn": drawn}


def _confirmation(played: Round) -> dict[str, str]:
    """Return the id, word and guess that the page needs to confirm a drawing."""
    guess = played.prediction.label if played.prediction else ""
    return {"id": str(played.drawing and played.drawing.pk), "word": played.word, "guess": guess}
