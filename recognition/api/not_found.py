"""Answers unknown addresses under /api/ with 404 as JSON, and says what there is not."""

from __future__ import annotations

from uuid import UUID

from django.urls import URLPattern, re_path, resolve
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.views import APIView

# What the addresses under /api/v1/ show, and an id as they have it.
IDS = {
    "drawings": ("drawing", str(UUID(int=0))),
    "model-versions": ("model version", "1"),
    "training-runs": ("training run", "1"),
}


@extend_schema(exclude=True)
class UnknownAddress(APIView):
    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        raise NotFound(_explain(request.path_info))


def _explain(address: str) -> str:
    if not address.endswith("/") and _exists(f"{address}/"):
        return f"There is no such address; did you mean {address}/?"
    start, _, rest = address.removeprefix("/api/v1/").partition("/")
    name, some_id = IDS.get(start, ("", ""))
    _, _, after_id = rest.partition("/")
    if rest and name and _exists(f"/api/v1/{start}/{some_id}/{after_id}"):
        return f"There is no such {name}."
    return "There is no such address. See /api/docs/."


def _exists(address: str) -> bool:
    return getattr(resolve(address).func, "cls", None) is not UnknownAddress


urlpatterns: list[URLPattern] = [re_path("", UnknownAddress.as_view())]
