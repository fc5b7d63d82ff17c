"""The admin of the directory. Whoever adds a model here derives from scope.ScopedAdmin."""

from directory.admin import clinics, people, practices, procedures, specialists

__all__ = ["clinics", "people", "practices", "procedures", "specialists"]
