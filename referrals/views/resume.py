"""/referrals/{token}/resume/: back to what a patient asked us to keep for a day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from referrals import gate
from referrals.intake import drafts
from referrals.models import Draft
from referrals.vault.keys import VaultError
from referrals.views import intake
from referrals.views.private import secret_form


# Whoever knows the address may go on, and nobody else can; see `follow.withdraw`.
@csrf_exempt
@secret_form
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """Opening it shows no answer: mail scanners and previews open addresses too. A button goes on, another deletes."""
    draft = Draft.objects.opened_by(token).select_related("practice__specialist", "procedure").first()
    if draft is None:
        return render(request, "referrals/no_draft.html", status=404)
    if request.method != "POST":
        return render(request, "referrals/resume.html", {"draft": draft, "to": draft.practice})
    if request.POST.get("go") == "forget":
        drafts.delete(token)
        return render(request, "referrals/no_draft.html", {"deleted": True})
    try:
        typed = drafts.restore(draft, token)
        to, online = intake.destination(typed.practice_id, typed.procedure)
    except (VaultError, gate.GateClosed):
        return render(request, "referrals/no_draft.html", status=404)
    theme = typed.walk().stopped_at or typed.themes[-1]
    return intake.page_of(intake.Turn(request, to, online, typed), theme)
