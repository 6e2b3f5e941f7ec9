from __future__ import annotations

from django.http import StreamingHttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from recognition.api.schema.openapi import problems
from recognition.api.security.permissions import HasPermission, TokenHasScope
from recognition.models import AuditEntry, Drawing
from recognition.transfer.export import UNBUFFERED
from recognition.transfer.ndjson import ndjson_lines


class Export(APIView):
    permission_classes = [TokenHasScope, HasPermission]
    permission = "recognition.view_drawing"

    @extend_schema(
        operation_id="export_drawings",
        summary="Download all accepted drawings in Quick, Draw!'s own format (staff)",
        responses={(200, "application/x-ndjson"): OpenApiResponse(str, "One JSON object a line.")} | problems(401, 403),
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        AuditEntry.objects.record(AuditEntry.Action.EXPORTED, "all accepted drawings", "ndjson")
        return StreamingHttpResponse(
            ndjson_lines(Drawing.objects.accepted().filter(label__isnull=False)),
            content_type="application/x-ndjson",
            headers={"Content-Disposition": 'attachment; filename="drawings.ndjson"', **UNBUFFERED},
        )
