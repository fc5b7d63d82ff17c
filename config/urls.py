"""Which address leads where. Pages have a Spanish twin under /es/; the API and what machines read have none."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path, re_path

from config import crawlers, health
from directory.admin.site import site
from directory.api.views import Unknown
from directory.views import about, claim, compare, coverage, find, listings, password, procedures, removal, report
from referrals.api.schema import Schema

pages: list[URLPattern | URLResolver] = [
    path("", find.home, name="home"),
    path("find/", find.find, name="find"),
    path("specialists/<str:slug>/", listings.specialist, name="specialist"),
    path("specialists/<str:slug>/packet/", listings.packet, name="packet"),
    path("specialists/<str:slug>/report/", report.specialist, name="specialist-report"),
    path("clinics/claim/", claim.claim, name="clinic-claim"),
    path("clinics/<slug:slug>/", listings.clinic, name="clinic"),
    path("clinics/<slug:slug>/report/", report.clinic, name="clinic-report"),
    path("procedures/", procedures.procedures, name="procedures"),
    path("procedures/<slug:slug>/", procedures.procedure, name="procedure"),
    path("compare/", compare.compare, name="compare"),
    path("about/choosing/", about.choosing, name="about-choosing"),
    path("about/coverage/", coverage.map_of_counties, name="about-coverage"),
    path("about/data/", procedures.about_data, name="about-data"),
    path("about/privacy/", procedures.about_privacy, name="about-privacy"),
    path("about/accessibility/", about.accessibility, name="about-accessibility"),
    path("about/removal/", removal.removal, name="about-removal"),
    path("about/removal/done/", removal.done, {"is_hidden": True}, name="removal-done"),
    path("about/removal/waiting/", removal.done, {"is_hidden": False}, name="removal-waiting"),
    path("", include("referrals.urls")),
    path("api/docs/", procedures.api_docs, name="api-docs"),
    path("admin/password/", password.Ask.as_view(), name="admin_password_reset"),
    path("admin/password/asked/", password.Asked.as_view(), name="password_reset_done"),
    path("admin/password/set/<uidb64>/<token>/", password.Set.as_view(), name="password_reset_confirm"),
    path("admin/password/is-set/", password.IsSet.as_view(), name="password_reset_complete"),
    path("admin/", site.urls),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/schema/", Schema.as_view(), name="api-schema"),
    path("api/v1/", include("referrals.api.urls")),
    path("api/v1/", include("directory.api.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("favicon.ico", health.favicon, name="favicon"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("sitemap.xml", crawlers.sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", crawlers.sitemap, name="sitemap-part"),
    *i18n_patterns(*pages, prefix_default_language=False),
    re_path(r"^api(?:/.*)?$", Unknown.as_view()),
]

handler400 = "directory.views.errors.bad_request"
