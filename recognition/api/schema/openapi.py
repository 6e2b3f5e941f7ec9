"""Parts of the OpenAPI schema that drf-spectacular cannot derive from the code."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from recognition.accounts import identity

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "maxLength": 128},
    OpenApiParameter.HEADER,
    description="Sent again with the same key, a drawing is not stored again: you get the first answer, with 200. "
    "Another request with the same key gets 422.",
)
FEEDBACK_TOKEN = OpenApiParameter(
    "Feedback-Token", str, OpenApiParameter.HEADER, description="Instead of `feedback_token` in the body."
)

_DETAIL: dict[str, Any] = {"type": "object", "properties": {"detail": {"type": "string"}}, "required": ["detail"]}
_FIELDS: dict[str, Any] = {"type": "object", "additionalProperties": {}, "example": {"field": ["What is wrong."]}}

_ERRORS = {
    400: OpenApiResponse(_FIELDS, "What is wrong with which field, or `detail`."),
    401: OpenApiResponse(_DETAIL, "No valid token or session."),
    403: OpenApiResponse(_DETAIL, "Not allowed: not yours, not staff, no such scope, or no CSRF token."),
    404: OpenApiResponse(_DETAIL, "There is no such thing."),
    409: OpenApiResponse(_DETAIL, "Not possible as things are."),
    413: OpenApiResponse(_DETAIL, "The body is larger than 1 MB."),
    414: OpenApiResponse(description="The address is too long."),
    415: OpenApiResponse(_DETAIL, "The body is of another type than those listed."),
    422: OpenApiResponse(_FIELDS, "You have used this Idempotency-Key for another request."),
    429: OpenApiResponse(_DETAIL, "Too many requests; `Retry-After` says how many seconds to wait."),
    503: OpenApiResponse(
        _DETAIL, "Too busy, no database, or no model in service; `Retry-After` says how many seconds to wait."
    ),
}


def problems(*codes: int) -> dict[int, OpenApiResponse]:
    """Return the OpenAPI descriptions of error responses.

    414, 429 and 503 are always included, because every address may answer with them.
    """
    return {code: _ERRORS[code] for code in (*codes, 414, 429, 503)}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "recognition.api.security.authentication.BearerAuthentication"
    name = "bearerAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer"}


class ContributorScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "recognition.api.security.authentication.ContributorAuthentication"
    name = "contributorCookie"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        header = settings.CSRF_HEADER_NAME.removeprefix("HTTP_").replace("_", "-")
        description = f"Set by the site's pages. Requests that change something need the header {header} as well."
        return {"type": "apiKey", "in": "cookie", "name": identity.COOKIE, "description": description}
