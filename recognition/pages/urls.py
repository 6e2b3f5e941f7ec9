from __future__ import annotations

from django.urls import URLPattern, path

from recognition.pages import about, draw, drawing, play
from recognition.pages.gallery import my_drawings
from recognition.pages.gallery import views as gallery
from recognition.pages.review import reviewers
from recognition.pages.review import views as review

urlpatterns: list[URLPattern] = [
    path("", draw.draw, name="draw"),
    path("play/", play.play, name="play"),
    path("play/<uuid:game_id>/", play.game, name="game"),
    path("play/<uuid:game_id>/results/", play.results, name="results"),
    path("play/<uuid:game_id>/picture.png", play.picture, name="game-picture"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("mine/", my_drawings.mine, name="mine"),
    path("mine/drawings.ndjson", my_drawings.ndjson, name="mine-ndjson"),
    path("mine/forget/", my_drawings.forget_me, name="forget-me"),
    path("drawings/<uuid:drawing_id>/", drawing.drawing, name="drawing"),
    path("drawings/<uuid:drawing_id>/alike/", drawing.alike, name="alike"),
    path("drawings/<uuid:drawing_id>/drawing.png", drawing.png, name="drawing-png"),
    path("drawings/<uuid:drawing_id>/drawing.ndjson", drawing.ndjson, name="drawing-ndjson"),
    path("drawings/<uuid:drawing_id>/report/", drawing.report, name="report-drawing"),
    path("drawings/<uuid:drawing_id>/delete/", drawing.delete, name="delete-drawing"),
    path("review/", review.review, name="review"),
    path("review/judge/", review.judge, name="judge"),
    path("review/undo/", review.take_back, name="undo-review"),
    path("review/people/", reviewers.people, name="reviewers"),
    path("review/people/<uuid:contributor_id>/afresh/", reviewers.afresh, name="reviewer-afresh"),
    path("about/", about.about, name="about"),
    path("privacy/", about.privacy, name="privacy"),
]
