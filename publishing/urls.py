from __future__ import annotations

from django.urls import path

from publishing import health, views

urlpatterns = [
    path("picture/<str:token>.jpg", views.picture, name="picture"),
    path("health/", health.answer, name="health"),
]
