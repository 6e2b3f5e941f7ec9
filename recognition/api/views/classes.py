from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recognition.api.schema.openapi import problems
from recognition.api.schema.pagination import ByName, page_of
from recognition.api.schema.validation import validated
from recognition.api.security.permissions import HasPermission, TokenHasScope
from recognition.api.serializers.classes import ClassFilterSerializer, ClassSerializer, NewClassSerializer
from recognition.models import AuditEntry, DoodleClass, Token


class ClassList(APIView):
    write_scope = Token.Scope.TRAIN
    permission = "recognition.add_doodleclass"
    pagination_class = ByName

    def get_permissions(self) -> Sequence[Any]:
        return [TokenHasScope(), HasPermission()] if self.request.method == "POST" else super().get_permissions()

    @extend_schema(
        operation_id="classes_list",
        summary="List the classes by name",
        parameters=[ClassFilterSerializer],
        responses={200: ClassSerializer(many=True)} | problems(400, 401, 403, 404),
    )
    def get(self, request: Request) -> Response:
        filters = validated(ClassFilterSerializer, request.query_params.dict())
        classes = DoodleClass.objects.filter(**filters)
        # One serializer for all rows: to build its fields takes longer than to serialize a class.
        return page_of(classes, self.pagination_class(), request, ClassSerializer().to_representation)

    @extend_schema(
        operation_id="classes_create",
        summary="Add a class of our own (staff)",
        description="The page offers it at once; the network learns it once enough drawings of it were accepted.",
        request=NewClassSerializer,
        responses={201: ClassSerializer} | problems(400, 401, 403, 409, 413, 415),
    )
    def post(self, request: Request) -> Response:
        name = validated(NewClassSerializer, request.data)["name"]
        doodle_class, is_new = DoodleClass.objects.add(name, origin=DoodleClass.Origin.OWN)
        if not is_new:
            raise ValidationError({"name": [f"There is a class “{doodle_class}” already."]})
        AuditEntry.objects.record(AuditEntry.Action.CHANGED, f"class {doodle_class}", "Added.")
        return Response(ClassSerializer(doodle_class).data, status=201)
