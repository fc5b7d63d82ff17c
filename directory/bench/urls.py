"""The site's addresses and, besides, those that the benchmark compares with them."""

from django.conf import settings
from django.urls import path
from django.utils.module_loading import import_string
from rest_framework.renderers import JSONRenderer

from directory.bench import inprocess, naive

SITE = "config.urls" if settings.ROOT_URLCONF == "directory.bench.urls" else settings.ROOT_URLCONF

urlpatterns = [
    path("bench/naive/", naive.NaiveSearch.as_view(throttle_classes=[], renderer_classes=[JSONRenderer])),
    path("bench/constant/api/", inprocess.constant_api),
    path("bench/constant/results/", inprocess.constant_results),
    path("bench/constant/page/", inprocess.constant_page),
    *import_string(f"{SITE}.urlpatterns"),
]
