from __future__ import annotations

from django.urls import path

from media import thumbnails, upload_views

urlpatterns = [
    path("assets/<uuid:pk>/thumbnail", thumbnails.thumbnail, name="thumbnail"),
    path("assets/<uuid:pk>/seen", thumbnails.seen, name="seen"),
    path("assets/<uuid:pk>/large", thumbnails.large, name="large"),
    path("uploads/", upload_views.begin, name="upload_begin"),
    path("uploads/<uuid:pk>/<int:at>", upload_views.piece, name="upload_piece"),
    path("uploads/<uuid:pk>/cancel", upload_views.cancel, name="upload_cancel"),
]
