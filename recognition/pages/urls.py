from __future__ import annotations

from django.urls import URLPattern, path

from recognition.pages import views

urlpatterns: list[URLPattern] = [
    path("", views.draw, name="draw"),
    path("about/", views.about, name="about"),
]
