from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy

from referrals import system_checks


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = gettext_lazy("Referrals")

    def ready(self) -> None:
        register(system_checks.receiver_of_trials_is_local, Tags.security)
