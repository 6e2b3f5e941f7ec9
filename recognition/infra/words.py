"""The normal form of words, which alone decides whether two words are the same, on every database."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

MAX_LETTERS = 64  # of a word
# Invisible characters that Unicode counts as letters, marks or symbols: fillers and variation selectors.
_FILLERS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_INVISIBLE = ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")  # control, zero width, direction, surrogates, none, line separators


class InvalidWord(ValueError):
    """The text cannot be a word; the message says why."""


def word_key(text: str) -> str:
    """Return the normal form of a word: NFC, case-folded, single blanks. Equal ones are the same word."""
    folded = unicodedata.normalize("NFD", text).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def tidy_word(text: str) -> str:
    """Return a word as it is stored: in upper and lower case as typed, NFC, single blanks. Raises InvalidWord."""
    if hidden := next(filter(_is_invisible, text.strip()), None):
        name = unicodedata.name(hidden, "a control character")
        raise InvalidWord(f"Leave out the invisible character U+{ord(hidden):04X}, {name}.")
    word = " ".join(unicodedata.normalize("NFC", text).split())
    if not word:
        raise InvalidWord("A word may not be blank.")
    if len(word) > MAX_LETTERS:
        raise InvalidWord(f"The word is too long; {MAX_LETTERS} letters are the most.")
    return word


def is_storable(text: str) -> bool:
    """Tell whether a database can store a text: JSON may contain lone surrogates and NUL characters."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def same_word(text: str, words: Iterable[str]) -> str | None:
    """Return the one of some words that a text is, however it is written."""
    key = word_key(text)
    return next((word for word in words if word_key(word) == key), None)


def similar_words(text: str, words: Iterable[str], limit: int) -> list[str]:
    """Return the words that are most like a misspelt one, the best first."""
    by_key = {word_key(word): word for word in words}
    return [by_key[key] for key in difflib.get_close_matches(word_key(text[:MAX_LETTERS]), by_key, n=limit)]


def unknown_word(text: str, words: Iterable[str], where: str = "There is") -> str:
    """Return the sentence about a text that is none of some words, with the word that is most like it."""
    return f"{where} no class “{text[:MAX_LETTERS]}”.{did_you_mean(text, words)}"


def did_you_mean(text: str, words: Iterable[str]) -> str:
    """Return a question with the word that is most like a misspelt one, after a blank; "" if none is."""
    nearest = similar_words(text, words, 1)
    return f" Did you mean “{nearest[0]}”?" if nearest else ""


def _is_invisible(letter: str) -> bool:
    return unicodedata.category(letter) in _INVISIBLE or bool(_FILLERS.match(letter))
