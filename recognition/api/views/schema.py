from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Any, cast

from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

_making = Lock()


class Schema(SpectacularAPIView):
    """The OpenAPI schema. It depends on the code alone, so each process makes it once in each format."""

    content_negotiation_class = DefaultContentNegotiation

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        renderer: BaseRenderer = request.accepted_renderer
        headers = {"Content-Disposition": f'inline; filename="doodlesite.{renderer.format}"'}
        with _making:  # drf-spectacular makes one at a time
            schema = _rendered(renderer.__class__)  # type: ignore[arg-type]  # a class is hashable
        return HttpResponse(schema, f"{renderer.media_type}; charset=utf-8", headers=headers)


@cache
def _rendered(renderer: type[BaseRenderer]) -> bytes:
    generator: Any = SchemaGenerator
    schema = generator().get_schema(request=None, public=True)
    return cast("bytes", renderer().render(schema, renderer_context={}))
