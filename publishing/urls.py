from __future__ import annotations

from django.urls import path

from publishing import views
from publishing.approval import views as approval

urlpatterns = [
    path("picture/<str:token>.jpg", views.picture, name="picture"),
    path("approve/<str:token>/", approval.page, name="approve_by_link"),
    path("approve/<str:token>/<int:number>.jpg", approval.picture, name="approve_picture"),
]
