from __future__ import annotations

import sys
import unicodedata

import pytest

from recognition.infra.words import InvalidWord, tidy_word, word_key


def test_a_normal_form_stays_as_it_is_whatever_the_letter() -> None:
    letters = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) not in ("Cs", "Cn")]
    assert [letter for letter in letters if word_key(word_key(letter)) != word_key(letter)] == []


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_word_has_one_normal_form(form: str) -> None:
    assert word_key(unicodedata.normalize(form, " H\u00d4TEL\u00a0  \u1eaelder ")) == "h\u00f4tel \u1eaflder"


def test_a_tidy_word_keeps_its_case() -> None:
    assert tidy_word("  Cafe\u0301   au Lait\n") == "Caf\u00e9 au Lait"


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "a\u200bb", "\u202ea", "a\x7fb", "a\u2028b", "\ufdd0", "a" * 65])
def test_invisible_characters_are_no_part_of_a_word(text: str) -> None:
    with pytest.raises(InvalidWord):
        tidy_word(text)
