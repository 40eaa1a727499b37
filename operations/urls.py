from __future__ import annotations

from django.urls import path

from operations import health
from operations.backups import put_back_page
from operations.privacy import leaving, too_young

urlpatterns = [
    path("health/", health.answer, name="health"),
    path("people/<uuid:pk>/too-young/", too_young.too_young, name="too_young"),
    path("restored/", put_back_page.restored, name="restored"),
    path("my-data/", leaving.my_data, name="my_data"),
    path("my-data/copy/", leaving.take, name="my_data_copy"),
    path("my-data/rest/", leaving.let_rest, name="my_data_rest"),
    path("my-data/delete/", leaving.delete, name="my_data_delete"),
]
