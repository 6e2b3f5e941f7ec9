from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Field, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RadioFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminIntegerFieldWidget

from recognition.admin.widgets.read_only import NO_SAVE_BUTTONS
from recognition.models import Token
from recognition.models.token import MAX_TOKEN_DAYS


class TokenForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the types only
    scopes = forms.MultipleChoiceField(
        choices=Token.Scope.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="What a program may do with it, within the permissions of the user.",
    )

    days = forms.IntegerField(
        label="Days",
        required=False,
        min_value=1,
        max_value=MAX_TOKEN_DAYS,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="How long it works. If empty, until it is revoked.",
    )

    class Meta:
        model = Token
        fields = ["name", "user", "scopes"]


class RevokedFilter(RadioFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Token]) -> list[tuple[str, str]]:
        return Token.State.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Token]) -> QuerySet[Token]:
        expired = Q(expires_at__lte=timezone.now())
        states = {
            "active": ~expired & Q(revoked_at=None),
            "revoked": Q(revoked_at__isnull=False),
            "expired": expired & Q(revoked_at=None),
        }
        return queryset.filter(states.get(self.value() or "", Q()))


@admin.register(Token)
class TokenAdmin(ModelAdmin):
    """Issues tokens and shows each secret once. Afterwards a token can only be revoked."""

    form = TokenForm
    list_display = ["label", "user", "may", "state", "created_at", "last_used_at", "expires_at"]
    list_filter = [RevokedFilter]
    list_select_related = ["user"]
    search_fields = ["name", "user__username"]
    actions = ["revoke"]
    add_fieldsets = [(None, {"fields": ["name", "user", "scopes", "days"]})]
    fieldsets = [
        (None, {"fields": ["name", "user", "may", "state", "created_at", "last_used_at", "expires_at", "revoked_at"]})
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Token | None = None) -> list[str]:
        return [*self.fieldsets[0][1]["fields"]] if obj else []

    def formfield_for_foreignkey(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.initial = request.user.pk
        if not request.user.is_superuser:  # a token for another user would give them that user's rights
            field.queryset = field.queryset.filter(pk=request.user.pk)
        return field

    def save_model(self, request: HttpRequest, obj: Token, form: TokenForm, change: bool) -> None:
        if not change:
            days = form.cleaned_data["days"]
            obj.secret = Token.objects.issue(obj.user, obj.scopes, obj.name, days=days)  # type: ignore[attr-defined]
            obj.pk = Token.objects.get(digest=Token.digest_of(obj.secret)).pk  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Token, post_url_continue: str | None = None) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Token for {obj.user}",
            "secret": obj.secret,  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, "admin/recognition/token/issued.html", context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Token | None = None, **kwargs: Any
    ) -> HttpResponse:
        context |= NO_SAVE_BUTTONS | {"show_save": obj is None}
        response: HttpResponse = super().render_change_form(request, context, *args, obj=obj, **kwargs)
        return response

    @admin.action(permissions=["change"], description="Revoke: it stops working at once")
    def revoke(self, request: HttpRequest, tokens: QuerySet[Token]) -> None:
        revoked = Token.objects.revoke(tokens)
        messages.success(request, f"Revoked {revoked} tokens.")

    @display(description="token")
    def label(self, token: Token) -> str:
        return str(token)

    @display(description="may")
    def may(self, token: Token) -> str:
        return ", ".join(token.scopes)

    @display(label={"active": "success", "revoked": "danger", "expired": "warning"})
    def state(self, token: Token) -> str:
        return token.state.value
