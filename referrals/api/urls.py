"""Addresses under /api/v1/ that are about requests; the directory's own come after them."""

from django.urls import path

from referrals.api import intake, referrals

urlpatterns = [
    path("procedures/<slug:slug>/intake/", intake.Intake.as_view(), name="api-intake"),
    path("referrals/", referrals.Referrals.as_view(), name="api-referrals"),
    path("referrals/<uuid:pk>/", referrals.OneReferral.as_view(), name="api-referral"),
    path("referrals/<uuid:pk>/withdraw/", referrals.Withdraw.as_view(), name="api-referral-withdraw"),
]
