"""What the directory keeps."""

from directory.models.changes import AnnouncedWord, ListingChange
from directory.models.claims import ListingClaim
from directory.models.clinics import Clinic, PastSlug, Site
from directory.models.coverage import Coverage
from directory.models.limits import FormCount
from directory.models.notices import Notice
from directory.models.partners import ApiKey, Partner
from directory.models.people import Membership, User
from directory.models.practices import Insurer, OpeningHours, Practice
from directory.models.procedures import ClaimsRecord, Condition, Offering, Procedure, ProcedureSynonym
from directory.models.provenance import ImportRun
from directory.models.removals import RemovalRequest
from directory.models.reports import Report, ReportRemark
from directory.models.search_rows import Change, DirectoryVersion, ListingDocument, SearchRow
from directory.models.specialists import Language, Specialist, SpecialistTaxonomy, Taxonomy

__all__ = [
    "AnnouncedWord",
    "ApiKey",
    "Change",
    "ClaimsRecord",
    "Clinic",
    "Condition",
    "Coverage",
    "DirectoryVersion",
    "FormCount",
    "ImportRun",
    "Insurer",
    "Language",
    "ListingChange",
    "ListingClaim",
    "ListingDocument",
    "Membership",
    "Notice",
    "Offering",
    "OpeningHours",
    "Partner",
    "PastSlug",
    "Practice",
    "Procedure",
    "ProcedureSynonym",
    "RemovalRequest",
    "Report",
    "ReportRemark",
    "SearchRow",
    "Site",
    "Specialist",
    "SpecialistTaxonomy",
    "Taxonomy",
    "User",
]
