from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = gettext_lazy("Referrals")
