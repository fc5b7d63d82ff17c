"""Which address leads where."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from config import health
from directory.admin.site import site
from directory.api.views import Unknown
from directory.views import find, listings, procedures

urlpatterns: list[URLPattern | URLResolver] = [
    path("", find.home, name="home"),
    path("find/", find.find, name="find"),
    path("specialists/<str:slug>/", listings.specialist, name="specialist"),
    path("clinics/<slug:slug>/", listings.clinic, name="clinic"),
    path("procedures/", procedures.procedures, name="procedures"),
    path("procedures/<slug:slug>/", procedures.procedure, name="procedure"),
    path("about/data/", procedures.about_data, name="about-data"),
    path("about/privacy/", procedures.about_privacy, name="about-privacy"),
    path("", include("referrals.urls")),
    path("api/docs/", procedures.api_docs, name="api-docs"),
    path("api/v1/", include("directory.api.urls")),
    re_path(r"^api(?:/.*)?$", Unknown.as_view()),
    path("admin/", site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", health.robots, name="robots"),
]

handler400 = "directory.views.errors.bad_request"
