"""What the directory keeps."""

from directory.models.clinics import Clinic, PastSlug, Site
from directory.models.coverage import Coverage
from directory.models.people import Membership, User
from directory.models.practices import Insurer, OpeningHours, Practice
from directory.models.procedures import ClaimsRecord, Condition, Offering, Procedure, ProcedureSynonym
from directory.models.provenance import ImportRun
from directory.models.search_rows import Change, DirectoryVersion, ListingDocument, SearchRow
from directory.models.specialists import Language, Specialist, SpecialistTaxonomy, Taxonomy

__all__ = [
    "Change",
    "ClaimsRecord",
    "Clinic",
    "Condition",
    "Coverage",
    "DirectoryVersion",
    "ImportRun",
    "Insurer",
    "Language",
    "ListingDocument",
    "Membership",
    "Offering",
    "OpeningHours",
    "PastSlug",
    "Practice",
    "Procedure",
    "ProcedureSynonym",
    "SearchRow",
    "Site",
    "Specialist",
    "SpecialistTaxonomy",
    "Taxonomy",
    "User",
]
