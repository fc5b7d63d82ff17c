"""What Django's admin says and has no Spanish for yet; locale/es has it. Nothing imports this: it is read as text."""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

WORDS = (
    _("- Select an option -"),
    _("Run"),
    _("Logout"),
    _("Filter by %(field_name)s"),
    _("Pagination %(name)s"),
    _("Pagination %(name)s entries"),
    _("No %s matches the given query."),
    _('The app "%s" could not be found.'),
    _(
        "Are you sure you want to delete the %(object_name)s “%(escaped_object)s”? "
        "All of the following related items will be deleted:"
    ),
    _(
        "Deleting the %(object_name)s “%(escaped_object)s” would require deleting the following protected "
        "related objects:"
    ),
    ngettext_lazy("…and %(count)d more object.", "…and %(count)d more objects.", "count"),
)
