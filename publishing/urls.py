from __future__ import annotations

from django.urls import path

from publishing import preview_page, views
from publishing.approval import link_pages

urlpatterns = [
    path("picture/<str:token>.jpg", views.picture, name="picture"),
    path(
        "previews/<uuid:pk>/<uuid:channel>/<slug:placement>/<uuid:asset>",
        preview_page.picture,
        name="preview_picture",
    ),
    path("approve/<str:token>/", link_pages.page, name="approve_by_link"),
    path("approve/<str:token>/<int:number>.jpg", link_pages.picture, name="approve_picture"),
]
