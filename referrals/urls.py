"""Addresses of a patient's request."""

from django.urls import path

from referrals.views import check, follow, intake

urlpatterns = [
    path("procedures/<slug:slug>/check/", check.check, name="procedure-check"),
    path("referrals/new/", intake.new, name="referral-new"),
    path("referrals/<str:token>/", follow.follow, name="referral-follow"),
    path("referrals/<str:token>/withdraw/", follow.withdraw, name="referral-withdraw"),
]
