"""The admin of the directory. Whoever adds a model here derives from scope.ScopedAdmin."""

from directory.admin import claims, clinics, partners, people, practices, procedures, removals, reports, specialists

__all__ = ["claims", "clinics", "partners", "people", "practices", "procedures", "removals", "reports", "specialists"]
