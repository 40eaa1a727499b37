from __future__ import annotations

from django.urls import path

from operations import health
from operations.backups import restored_page
from operations.privacy import my_data_page, under_age

urlpatterns = [
    path("health/", health.answer, name="health"),
    path("people/<uuid:pk>/too-young/", under_age.too_young, name="too_young"),
    path("restored/", restored_page.restored, name="restored"),
    path("my-data/", my_data_page.my_data, name="my_data"),
    path("my-data/copy/", my_data_page.take, name="my_data_copy"),
    path("my-data/rest/", my_data_page.let_rest, name="my_data_rest"),
    path("my-data/delete/", my_data_page.delete, name="my_data_delete"),
]
