"""The demonstration's log-ins: an operator, and the front desks of two connected clinics in Austin.

Their password is the setting DEMO_PASSWORD; without it there are none. They are for the machine that runs the
demonstration only: the log-in door asks `is_demo_login` and lets them in from loopback alone.
"""

from dataclasses import dataclass
from functools import cache, partial

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

from directory.demo import austin
from directory.models import Clinic, Membership, User

DOMAIN = "example.org"  # kept for examples by RFC 2606: no real person has an address there
OPERATOR = f"operator@{DOMAIN}"
CLINICS = (austin.HILL_COUNTRY, austin.SOUTH_LAMAR)


@dataclass(frozen=True, slots=True)
class Login:
    email: str
    role: str


def is_demo_login(user: User) -> bool:
    """Whether this is somebody made up, whose password stands in a file: not to be let in from elsewhere."""
    domain = user.email.rpartition("@")[2]
    return domain == DOMAIN or domain.endswith(f".{DOMAIN}")


def create() -> int:
    """Makes the log-ins, if DEMO_PASSWORD is set; says how many are new. Those that are there stay as they are."""
    if not settings.DEMO_PASSWORD:
        return 0
    # Slow on purpose: once for all of them, and only where one is new
    password = cache(partial(make_password, settings.DEMO_PASSWORD))
    there = User.objects.count()
    User.objects.get_or_create(
        email=OPERATOR,
        defaults={"name": "Demo operator", "password": password, "is_staff": True, "is_superuser": True},
    )
    for clinic in Clinic.objects.filter(name__in=CLINICS):
        front_desk, _ = User.objects.get_or_create(
            email=f"front-desk@{clinic.slug}.{DOMAIN}",
            defaults={"name": f"Front desk, {clinic.name}", "password": password, "is_staff": True},
        )
        Membership.objects.get_or_create(user=front_desk, clinic=clinic)
    return User.objects.count() - there


def usable() -> list[Login]:
    """Those that DEMO_PASSWORD opens now, the operator first."""
    if not settings.DEMO_PASSWORD:
        return []
    users = User.objects.filter(email__endswith=DOMAIN, is_active=True, is_staff=True)
    users = users.order_by("-is_superuser", "pk").prefetch_related("memberships__clinic")
    demo = [user for user in users if is_demo_login(user)]
    opened = {stored: check_password(settings.DEMO_PASSWORD, stored) for stored in {user.password for user in demo}}
    return [Login(user.email, _role(user)) for user in demo if opened[user.password]]


def _role(user: User) -> str:
    if user.is_superuser:
        return "operator"
    return ", ".join(membership.clinic.name for membership in user.memberships.all())
