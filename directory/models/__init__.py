"""What the directory keeps."""

from directory.models.clinics import Clinic, PastSlug, Site
from directory.models.people import Membership, User
from directory.models.practices import Insurer, OpeningHours, Practice
from directory.models.procedures import ClaimsRecord, Offering, Procedure, ProcedureSynonym
from directory.models.provenance import ImportRun
from directory.models.specialists import Language, Specialist, SpecialistTaxonomy, Taxonomy

__all__ = [
    "ClaimsRecord",
    "Clinic",
    "ImportRun",
    "Insurer",
    "Language",
    "Membership",
    "Offering",
    "OpeningHours",
    "PastSlug",
    "Practice",
    "Procedure",
    "ProcedureSynonym",
    "Site",
    "Specialist",
    "SpecialistTaxonomy",
    "Taxonomy",
    "User",
]
