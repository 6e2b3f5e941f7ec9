from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.utils.decorators import method_decorator
from django.views.decorators.gzip import gzip_page
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recognition.api.schema.openapi import problems
from recognition.api.schema.pagination import NewestNumberFirst, page_of
from recognition.api.schema.validation import validated
from recognition.api.security.permissions import HasPermission, TokenHasScope
from recognition.api.serializers.model_versions import (
    EndOfTrialSerializer,
    ModelVersionSerializer,
    PromotionSerializer,
    TrialRequestSerializer,
    TrialSerializer,
)
from recognition.models import ModelVersion, Token, Trial
from recognition.models.model_version import ModelVersionQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import User


# The metrics of 345 classes are 90 kB, compressed 10 kB. No secret could be revealed by their length (BREACH).
compressed = method_decorator(gzip_page, name="get")


def _versions() -> ModelVersionQuerySet:
    return ModelVersion.objects.select_related("parent").defer("artifact", "parent__artifact")


@compressed
class ModelVersionList(APIView):
    pagination_class = NewestNumberFirst

    @extend_schema(
        operation_id="model_versions_list",
        summary="List the model versions, newest first",
        responses={200: ModelVersionSerializer(many=True)} | problems(401, 403, 404),
    )
    def get(self, request: Request) -> Response:
        return page_of(_versions(), self.pagination_class(), request, lambda row: ModelVersionSerializer(row).data)


@compressed
class ModelVersionDetail(APIView):
    @extend_schema(
        operation_id="model_versions_retrieve",
        summary="Show a model version",
        responses={200: ModelVersionSerializer} | problems(401, 403, 404),
    )
    def get(self, request: Request, number: int) -> Response:
        return Response(ModelVersionSerializer(_versions().get(number=number)).data)


@compressed
class CurrentModelVersion(APIView):
    @extend_schema(
        operation_id="model_versions_current",
        summary="Show the model version in service",
        responses={200: ModelVersionSerializer} | problems(401, 403, 404),
    )
    def get(self, request: Request) -> Response:
        version = ModelVersion.objects.current()
        if version is None:
            raise NotFound("No model is in service.")
        return Response(ModelVersionSerializer(version).data)


class ModelVersionPromotion(APIView):
    write_scope = Token.Scope.TRAIN
    permission_classes = [TokenHasScope, HasPermission]
    permission = "recognition.change_modelversion"

    @extend_schema(
        operation_id="model_versions_promote",
        summary="Put a model version in service, or back in service (staff who may change model versions)",
        description="Every web process serves it within a second. 409 when it could not serve; then nothing changes.",
        request=PromotionSerializer,
        responses={200: ModelVersionSerializer} | problems(400, 401, 403, 404, 409, 413, 415),
    )
    def post(self, request: Request, number: int) -> Response:
        version = _versions().get(number=number)
        reason = validated(PromotionSerializer, request.data)["reason"]
        version.promote(by=cast("User", request.user), reason=reason)
        return Response(ModelVersionSerializer(version).data)


class ModelVersionTrial(APIView):
    write_scope = Token.Scope.TRAIN
    permission_classes = [TokenHasScope, HasPermission]
    permission = "recognition.change_modelversion"

    @extend_schema(
        operation_id="model_versions_try",
        summary="Try a model version beside the one in service (staff who may change model versions)",
        description=(
            "Every web process follows within a second. The trial ends by itself when the version fails, is much "
            "slower, does worse in the eyes of people, or when another version is put in service. 409 when another "
            "trial runs, or when this version is in service or could not serve; then nothing changes."
        ),
        request=TrialRequestSerializer,
        responses={201: TrialSerializer} | problems(400, 401, 403, 404, 409, 413, 415),
    )
    def post(self, request: Request, number: int) -> Response:
        version = _versions().get(number=number)
        options = validated(TrialRequestSerializer, request.data)
        trial = version.start_trial(options["mode"], options["share"], by=cast("User", request.user))
        return Response(TrialSerializer(trial).data, status=201)

    @extend_schema(
        operation_id="model_versions_end_trial",
        summary="End the trial of a model version (staff who may change model versions)",
        description="404 when it is not being tried.",
        parameters=[EndOfTrialSerializer],
        responses={200: TrialSerializer} | problems(400, 401, 403, 404),
    )
    def delete(self, request: Request, number: int) -> Response:
        trial = Trial.objects.filter(number=number, ended_at=None).get()
        reason = validated(EndOfTrialSerializer, request.query_params.dict())["reason"]
        trial.end(reason, by=cast("User", request.user))
        trial.refresh_from_db()
        return Response(TrialSerializer(trial).data)
