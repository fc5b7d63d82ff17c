"""Addresses under /api/v1/."""

from django.urls import path, re_path

from directory.api import changes, views

urlpatterns = [
    path("specialists/", views.SpecialistSearch.as_view(), name="api-specialists"),
    path("specialists/<str:number>/", views.SpecialistDetail.as_view(), name="api-specialist"),
    path("procedures/", views.ProcedureList.as_view(), name="api-procedures"),
    path("procedures/<slug:slug>/", views.ProcedureDetail.as_view(), name="api-procedure"),
    path("places/", views.PlaceCompletion.as_view(), name="api-places"),
    path("insurers/", views.InsurerList.as_view(), name="api-insurers"),
    path("changes/", changes.Changes.as_view(), name="api-changes"),
    re_path("", views.Unknown.as_view()),
]
