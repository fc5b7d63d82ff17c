"""Which address leads where. Pages have a Spanish twin under /es/; the API and what machines read have none."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path, re_path

from config import health
from directory.admin.site import site
from directory.api.views import Unknown
from directory.views import about, compare, coverage, find, listings, procedures

pages: list[URLPattern | URLResolver] = [
    path("", find.home, name="home"),
    path("find/", find.find, name="find"),
    path("specialists/<str:slug>/", listings.specialist, name="specialist"),
    path("specialists/<str:slug>/packet/", listings.packet, name="packet"),
    path("clinics/<slug:slug>/", listings.clinic, name="clinic"),
    path("procedures/", procedures.procedures, name="procedures"),
    path("procedures/<slug:slug>/", procedures.procedure, name="procedure"),
    path("compare/", compare.compare, name="compare"),
    path("about/coverage/", coverage.map_of_counties, name="about-coverage"),
    path("about/data/", procedures.about_data, name="about-data"),
    path("about/privacy/", procedures.about_privacy, name="about-privacy"),
    path("about/accessibility/", about.accessibility, name="about-accessibility"),
    path("", include("referrals.urls")),
    path("api/docs/", procedures.api_docs, name="api-docs"),
    path("admin/", site.urls),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("directory.api.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("favicon.ico", health.favicon, name="favicon"),
    path("robots.txt", health.robots, name="robots"),
    *i18n_patterns(*pages, prefix_default_language=False),
    re_path(r"^api(?:/.*)?$", Unknown.as_view()),
]

handler400 = "directory.views.errors.bad_request"
