"""Who logs in: operators, and the staff of clinics."""

from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who logs in by e-mail. The address is kept in lower case: nobody has two accounts by accident."""
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An operator: sees every listing."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class UserQuerySet(models.QuerySet["User"]):
    def scope(self, user: "User") -> Self:
        """An operator sees everybody, a clinic's staff themselves and their colleagues."""
        if user.is_superuser:
            return self
        mine = Membership.objects.filter(user=user).values("clinic")
        return self.filter(pk__in=Membership.objects.filter(clinic__in=mine).values("user"))


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    is_staff = models.BooleanField(
        _("may log in to the admin"), default=False, help_text=_("Staff of a clinic see their own clinic only.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["email"]
        constraints = [
            models.CheckConstraint(
                name="user_email_is_lower_case",
                condition=models.Q(email=Lower("email")),
                violation_error_message=_("Write the e-mail address in small letters."),
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()


class MembershipQuerySet(models.QuerySet["Membership"]):
    def scope(self, user: User) -> Self:
        if user.is_superuser:
            return self
        return self.filter(clinic__in=Membership.objects.filter(user=user).values("clinic"))


class Membership(models.Model):
    """One person works for one clinic."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user"))
    clinic = models.ForeignKey(
        "directory.Clinic", on_delete=models.CASCADE, related_name="memberships", verbose_name=_("clinic")
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        constraints = [models.UniqueConstraint("user", "clinic", name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} - {self.clinic}"
