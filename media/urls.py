from __future__ import annotations

from django.urls import path

from media import thumbnails

urlpatterns = [path("assets/<uuid:pk>/thumbnail", thumbnails.thumbnail, name="thumbnail")]
