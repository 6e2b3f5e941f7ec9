from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doodlesite.server.request_buffer import MAX_HEAD_BYTES, RequestBuffer, State

MOST = 100
DRAWING = b"POST /api/v1/drawings/?a=b HTTP/1.1\r\nHost: x\r\ncontent-LENGTH: 5\r\n\r\nhello"


def arriving(*pieces: bytes) -> RequestBuffer:
    request = RequestBuffer(MOST)
    for piece in pieces:
        request.add(piece)
    return request


@given(st.lists(st.integers(0, len(DRAWING) - 1), max_size=6))
def test_a_request_is_whole_with_its_last_byte_however_it_comes(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(DRAWING) - 1]
    request = arriving(*(DRAWING[start:end] for start, end in pairwise(places)))
    assert request.state is State.COMING
    request.add(DRAWING[-1:])

    assert request.state is State.WHOLE
    assert (request.method, request.path) == ("POST", "/api/v1/drawings/")
    assert request.take() == DRAWING
    assert request.take() == b""


def test_what_follows_a_request_is_kept_with_it() -> None:
    request = arriving(DRAWING + b"GET / HTTP/1.1\r\n")

    assert request.state is State.WHOLE
    assert request.take().endswith(b"helloGET / HTTP/1.1\r\n")


@pytest.mark.parametrize("length", [b"Content-Length: 101", b"Transfer-Encoding: chunked"])
def test_a_body_that_is_not_gathered_is_left_to_who_reads_it(length: bytes) -> None:
    assert arriving(b"POST / HTTP/1.1\r\n" + length + b"\r\n\r\n").state is State.LARGE


def test_a_head_has_an_end() -> None:
    assert arriving(b"GET / HTTP/1.1\r\nX: " + b"x" * MAX_HEAD_BYTES).state is State.ENDLESS
    assert arriving(b"GET / HTTP/1.1\r\nX: " + b"x" * (MAX_HEAD_BYTES - 100)).state is State.COMING


@given(st.binary(max_size=300))
def test_any_bytes_are_taken(garbage: bytes) -> None:
    request = arriving(garbage, b"\r\n\r\n")

    assert request.state in (State.WHOLE, State.COMING, State.LARGE)
    assert request.take() == garbage + b"\r\n\r\n"


def test_who_asks_first_whether_to_send_a_body_is_told_once() -> None:
    request = arriving(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")

    assert [request.take_expects_continue() for _ in range(2)] == [True, False]
    assert not arriving(DRAWING).take_expects_continue()
