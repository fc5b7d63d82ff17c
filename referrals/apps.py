from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = gettext_lazy("Referrals")

    def ready(self) -> None:
        # As in directory: nothing of ours is imported before the apps are ready
        from referrals import system_checks  # noqa: PLC0415

        register(system_checks.attachment_folder, Tags.security)
        register(system_checks.attachment_scanner, Tags.security)
        register(system_checks.clamd_is_not_connected, Tags.security)
        register(system_checks.no_scanner, Tags.security, deploy=True)
        register(system_checks.receiver_of_trials_is_local, Tags.security)
