"""`/api/v1/training-runs/`: starts, shows and cancels training runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recognition.api.exceptions import Conflict
from recognition.api.schema.openapi import problems
from recognition.api.schema.pagination import NewestFirst, page_of
from recognition.api.security.permissions import HasPermission, TokenHasScope
from recognition.models import Token
from training.api.exceptions import training_exception_handler
from training.api.serializers import PreviewSerializer, RunDetailSerializer, RunSerializer
from training.config import TrainingConfig, TrainingConfigSerializer
from training.jobs import run_service
from training.jobs.preview import preview_run
from training.models import TrainingRun

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class TrainingView(APIView):
    """Requires the permission that the admin requires; by session, or by a token with the scope "train"."""

    write_scope = Token.Scope.TRAIN
    permission_classes = [TokenHasScope, HasPermission]
    write_permission = "training.add_trainingrun"

    @property
    def permission(self) -> str:
        return "training.view_trainingrun" if self.request.method in SAFE_METHODS else self.write_permission

    def get_exception_handler(self) -> Any:
        return training_exception_handler


class TrainingRunList(TrainingView):
    pagination_class = NewestFirst

    @extend_schema(
        operation_id="training_runs_start",
        summary="Start a retraining (staff)",
        description="All fields may be left out. 409 while another run is queued or running.",
        request=TrainingConfigSerializer,
        responses={201: RunDetailSerializer} | problems(400, 401, 403, 409, 413, 415),
    )
    def post(self, request: Request) -> Response:
        run = run_service.start_run(request.data, by=cast("User", request.user), reason="by hand")
        return Response(RunDetailSerializer(run).data, status=201)

    @extend_schema(
        operation_id="training_runs_list",
        summary="List the training runs, newest first (staff)",
        responses={200: RunSerializer(many=True)} | problems(401, 403, 404),
    )
    def get(self, request: Request) -> Response:
        rows = TrainingRun.objects.with_version()
        return page_of(rows, self.pagination_class(), request, lambda run: RunSerializer(run).data)


class TrainingRunPreview(TrainingView):
    @extend_schema(
        operation_id="training_runs_preview",
        summary="Say what a retraining would be trained on, without starting it (staff)",
        description="Counted before copies are taken out.",
        request=TrainingConfigSerializer,
        responses={200: PreviewSerializer} | problems(400, 401, 403, 413, 415),
    )
    def post(self, request: Request) -> Response:
        return Response(PreviewSerializer(preview_run(TrainingConfig.from_dict(request.data))).data)


class TrainingRunDetail(TrainingView):
    @extend_schema(
        operation_id="training_runs_retrieve",
        summary="Show how a training run goes or went (staff)",
        responses={200: RunDetailSerializer} | problems(401, 403, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(RunDetailSerializer(TrainingRun.objects.with_version().get(pk=pk)).data)


class TrainingRunManifest(TrainingView):
    @extend_schema(
        operation_id="training_runs_manifest",
        summary="Say exactly which drawings a run learnt from, and which it left out and why (staff)",
        responses={200: OpenApiTypes.OBJECT} | problems(401, 403, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(TrainingRun.objects.get(pk=pk).manifest)


class TrainingRunCancel(TrainingView):
    write_permission = "training.change_trainingrun"

    @extend_schema(
        operation_id="training_runs_cancel",
        summary="Cancel a queued or running training run (staff)",
        description="Its worker stops within seconds. 409 when it has ended already.",
        request=None,
        responses={200: RunDetailSerializer} | problems(401, 403, 404, 409),
    )
    def post(self, request: Request, pk: int) -> Response:
        run = TrainingRun.objects.with_version().get(pk=pk)
        if not run.cancel():
            raise Conflict(f"{str(run).capitalize()} has ended already.")
        run.refresh_from_db()
        return Response(RunDetailSerializer(run).data)
