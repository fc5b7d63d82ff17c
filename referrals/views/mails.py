"""/demo/mails/: the mails of a demonstration, for whoever sits at the machine on which it runs."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from directory.loopback import from_this_machine
from directory.models import Specialist
from referrals.deliveries import folder
from referrals.views.private import secret_address


@secret_address
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """The newest mails. They hold links that open requests and set passwords, so nobody else's browser gets them."""
    if not (from_this_machine(request) and Specialist.objects.fictional().exists()):
        raise Http404("no demonstration, or not on its own machine")
    return render(request, "referrals/mails.html", {"mails": folder.newest(), "shown": folder.SHOWN})
