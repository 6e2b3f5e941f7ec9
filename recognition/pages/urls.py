from __future__ import annotations

from django.urls import URLPattern, path

from recognition.pages import about, draw, drawing, play
from recognition.pages.gallery import my_drawings
from recognition.pages.gallery import views as gallery
from recognition.pages.review import reviewers
from recognition.pages.review import views as review

urlpatterns: list[URLPattern] = [
    path("", draw.draw_page, name="draw"),
    path("play/", play.play_page, name="play"),
    path("play/<uuid:game_id>/", play.game_page, name="game"),
    path("play/<uuid:game_id>/results/", play.game_results, name="results"),
    path("play/<uuid:game_id>/picture.png", play.game_picture, name="game-picture"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("mine/", my_drawings.my_drawings, name="mine"),
    path("mine/drawings.ndjson", my_drawings.my_drawings_ndjson, name="mine-ndjson"),
    path("mine/forget/", my_drawings.delete_my_data, name="forget-me"),
    path("drawings/<uuid:drawing_id>/", drawing.drawing_detail, name="drawing"),
    path("drawings/<uuid:drawing_id>/alike/", drawing.similar_drawings, name="alike"),
    path("drawings/<uuid:drawing_id>/drawing.png", drawing.drawing_png, name="drawing-png"),
    path("drawings/<uuid:drawing_id>/preview.png", drawing.drawing_preview, name="drawing-preview"),
    path("drawings/<uuid:drawing_id>/drawing.ndjson", drawing.drawing_ndjson, name="drawing-ndjson"),
    path("drawings/<uuid:drawing_id>/report/", drawing.report_drawing, name="report-drawing"),
    path("drawings/<uuid:drawing_id>/delete/", drawing.delete_drawing, name="delete-drawing"),
    path("review/", review.review_page, name="review"),
    path("review/judge/", review.submit_verdict, name="judge"),
    path("review/undo/", review.undo_verdict, name="undo-review"),
    path("review/people/", reviewers.reviewer_list, name="reviewers"),
    path("review/people/<uuid:contributor_id>/afresh/", reviewers.reset_reviewer, name="reviewer-afresh"),
    path("about/", about.about, name="about"),
    path("privacy/", about.privacy, name="privacy"),
]
