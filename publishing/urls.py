from __future__ import annotations

from django.urls import path

from publishing import views

urlpatterns = [path("picture/<str:token>.jpg", views.picture, name="picture")]
