"""Addresses of a patient's request."""

from django.urls import path

from referrals.views import follow, intake

urlpatterns = [
    path("referrals/new/", intake.new, name="referral-new"),
    path("referrals/<str:token>/", follow.follow, name="referral-follow"),
    path("referrals/<str:token>/withdraw/", follow.withdraw, name="referral-withdraw"),
]
