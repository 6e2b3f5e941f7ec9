from __future__ import annotations

from django.http import StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recognition.accounts.identity import contributor_of
from recognition.api.data_export import export_contributor_data
from recognition.api.schema.openapi import problems
from recognition.api.security.permissions import IsKnown, TokenHasScope
from recognition.api.serializers.me import MeSerializer
from recognition.models import Token
from recognition.privacy.deletion import delete_contributor_data


class Me(APIView):
    write_scope = Token.Scope.RECOGNIZE
    permission_classes = [TokenHasScope, IsKnown]

    @extend_schema(
        operation_id="me_retrieve",
        summary="Download everything that is stored about you",
        responses={200: MeSerializer} | problems(401, 403),
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        return StreamingHttpResponse(
            export_contributor_data(contributor_of(request)),
            content_type="application/json",
            headers={
                "Content-Disposition": 'attachment; filename="all-of-me.json"',
                "Cache-Control": "no-store, private",
            },
        )

    @extend_schema(
        operation_id="me_destroy",
        summary="Delete everything that is stored about you: drawings, feedback, games and your identity",
        responses={204: None} | problems(401, 403),
    )
    def delete(self, request: Request) -> Response:
        delete_contributor_data(contributor_of(request))
        return Response(status=204)
