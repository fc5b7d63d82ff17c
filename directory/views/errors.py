"""Error pages in the house look. Django's own handlers render 400 and a failed form check without the request."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def form_not_checked(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's cookie and the form do not belong together."""
    return render(request, "403_csrf.html", status=403)
