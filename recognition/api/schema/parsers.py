"""Request bodies → Python."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework import parsers
from rest_framework.exceptions import ParseError


class JSONParser(parsers.JSONParser):
    """Takes JSON objects.

    NaN and Infinity pass, although they are no JSON: whoever checks the numbers can say in which field they are.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        try:
            data = json.loads(stream.read())
        except UnicodeDecodeError as error:
            raise ParseError(f"The body is not UTF-8: {error.reason} at byte {error.start}.") from error
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {error}.") from error
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        if not isinstance(data, dict):
            raise ParseError("The body must be a JSON object: {…}.")
        return data
