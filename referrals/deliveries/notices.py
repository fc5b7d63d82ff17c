"""The words of the directory's notices, and where they go. Nothing that a visitor typed is in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse, translate_url
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from directory.models import ListingClaim, Notice, RemovalRequest, Report, Specialist, User
from referrals.deliveries.errors import SendFailed
from referrals.models import Referral

MOST_NAMED = 20  # requests in one mail

Kind, Reader, Reason = Notice.Kind, Notice.Reader, ListingClaim.Reason


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in the mail: a line each, one button."""

    subject: str
    lines: list[str]
    button: str = ""
    link: str = ""
    small: str = ""


def address(notice: Notice) -> str:
    """Where it goes as of now. Raises SendFailed where nobody is there to read it."""
    found = ""
    match Reader(notice.reader):
        case Reader.OPERATOR:
            found = settings.OPERATOR_EMAIL
        case Reader.CLINIC:
            if notice.clinic is None or notice.clinic.notification_email_confirmed_at is None:
                raise SendFailed("no_confirmed_address")
            found = notice.clinic.notification_email
        case Reader.CLAIMANT:
            found = notice.claim.email if notice.claim else ""
        case Reader.PERSON:
            found = notice.user.email if notice.user and notice.user.is_active else ""
    if not found:
        raise SendFailed("no_address", permanent=notice.reader in (Reader.CLAIMANT, Reader.PERSON))
    return found


def language(notice: Notice) -> str:
    """Its reader's: what a clinic chose, that in which a claim was written or a link asked for; else the site's."""
    if notice.clinic and notice.reader == Reader.CLINIC:
        return notice.clinic.notification_language
    if notice.claim:
        return notice.claim.language
    return notice.language or settings.LANGUAGE_CODE


def words(notice: Notice) -> Words:
    """What the mail says, in the language of its reader."""
    with override(language(notice)):
        return WORDS[Kind(notice.kind)](notice)


def _report(notice: Notice) -> Words:
    reports = Report.objects.open()
    waiting = (reports.filter(clinic=notice.clinic) if notice.clinic else reports).count()
    line = ngettext(
        "%(number)d report waits to be looked into.", "%(number)d reports wait to be looked into.", waiting
    ) % {"number": waiting}
    for_clinic = [_("A visitor says that something on your pages is not right. Nothing was changed by it.")]
    return Words(
        subject=_("A mistake in a listing was reported"),
        lines=[*(for_clinic if notice.clinic else []), line],
        button=_("Log in and look"),
        link=_page(notice),
        small=_("You get at most one mail a day about reports. It holds nothing that a visitor wrote."),
    )


def _claim(notice: Notice) -> Words:
    if notice.clinic is None:
        lines = [_("Somebody asks to keep a listing. Check who it is before you grant anything.")]
    else:
        lines = [_("Nothing is granted before the operator of this site has checked who it is."), _tell_operator()]
    return Words(
        subject=_("Somebody asks to keep a listing of your clinic") if notice.clinic else _("A listing was claimed"),
        lines=lines,
        button=_("Log in and look"),
        link=_page(notice),
        small=_("You get at most one mail a day about claims. Who asks stands on that page, not in this mail."),
    )


def _let_in(notice: Notice) -> Words:
    return Words(
        subject=_("Somebody was let into your clinic"),
        lines=[
            _(
                "The operator of this site has let somebody into your clinic. That person’s log-in opens all requests "
                "that patients send to you."
            ),
            _("You know nothing of it? Tell the operator at once: %(email)s") % {"email": settings.OPERATOR_EMAIL}
            if settings.OPERATOR_EMAIL
            else _("You know nothing of it? Tell the operator at once."),
        ],
        button=_("Log in and look"),
        link=_page(notice),
        small=_("Who it is stands on that page, not in this mail."),
    )


def _removal(notice: Notice) -> Words:
    """To a clinic only where a street was hidden. What is asked: the street alone, or all of a listing."""
    waiting = RemovalRequest.objects.waiting()
    if notice.clinic:
        own = Specialist.objects.filter(practices__site__clinic=notice.clinic)
        waiting = waiting.filter(specialist__in=own.values("pk"))
    is_of_street = {RemovalRequest.Wish.STREET.value} == set(waiting.values_list("wish", flat=True))
    if notice.clinic is None:
        subject = _("A doctor asks to have the street hidden") if is_of_street else _asks_to_leave()
        number = waiting.count()
        lines = [
            ngettext(
                "%(number)d request for removal waits for you: check who asks, then decide.",
                "%(number)d requests for removal wait for you: check who asks, then decide.",
                number,
            )
            % {"number": number}
        ]
    else:
        subject = _("The street of one of your doctors is hidden") if is_of_street else _asks_to_leave()
        rest = (
            _("It stays hidden only if the operator of this site finds that the doctor asked for it.")
            if is_of_street
            else _("Nothing is taken out for good before the operator of this site has checked who asks.")
        )
        lines = [_("The street is hidden for now. Patients see town, ZIP code and phone."), rest, _tell_operator()]
    return Words(
        subject=subject,
        lines=lines,
        button=_("Log in and look"),
        link=_page(notice),
        small=_("You get at most one mail a day about this. Whom it is about stands on that page, not in this mail."),
    )


def _request_read(notice: Notice) -> Words:
    return Words(
        subject=_("An operator has read a request"),
        lines=[
            _("The operator of this site has opened a request that a patient sent to you, and gave a reason for it."),
            _("You know of no reason? Ask the operator: %(email)s") % {"email": settings.OPERATOR_EMAIL}
            if settings.OPERATOR_EMAIL
            else _("You know of no reason? Ask the operator."),
        ],
        button=_("Log in and look"),
        link=_page(notice),
        small=_("Which request, who, when and why stands on that page, not in this mail."),
    )


def _bounced(notice: Notice) -> Words:
    """To the operator: which clinic, and which requests wait there, by reference."""
    if notice.clinic is None:
        raise SendFailed("no_clinic", permanent=True)
    waiting = list(Referral.objects.with_clinic().filter(clinic=notice.clinic).order_by("submitted_at", "pk"))
    named = ", ".join(referral.reference for referral in waiting[:MOST_NAMED])
    lines = [
        _("Mail to the notification address of %(clinic)s came back: there is no such address.")
        % {"clinic": notice.clinic.name},
        _("The clinic takes no requests here until it has an address that is confirmed. Patients see its phone."),
    ]
    if waiting:
        number = len(waiting)
        lines.append(
            ngettext(
                "%(number)d request is still open there: %(references)s. Call the clinic, so that it is not lost.",
                "%(number)d requests are still open there: %(references)s. Call the clinic, so that none is lost.",
                number,
            )
            % {"number": number, "references": f"{named}, …" if number > MOST_NAMED else named}
        )
    return Words(
        subject=_("The address of a clinic is dead"),
        lines=lines,
        button=_("Log in and look"),
        link=_page(notice),
    )


def _hook_off(notice: Notice) -> Words:
    return Words(
        subject=_("A web hook was switched off"),
        lines=[
            _("The system that is told of requests answered that it is gone for good, so it is told no more."),
            _("Nothing else changes: requests still arrive, and mails still go out.")
            if notice.clinic
            else _("The clinic is told too, where its address is confirmed."),
        ],
        button=_("Log in and look"),
        link=_page(notice),
    )


def _asks_to_leave() -> str:
    return _("A doctor asks to be taken out of the directory")


def _tell_operator() -> str:
    if settings.OPERATOR_EMAIL:
        return _("You know nothing of it? Tell the operator: %(email)s") % {"email": settings.OPERATOR_EMAIL}
    return _("You know nothing of it? Tell the operator.")


def _approved(notice: Notice) -> Words:
    user, claim = _user(notice), _of_claim(notice)
    clinics = ", ".join(claim.granted.values_list("name", flat=True))
    lines = [_("From now on you keep the listing of %(clinics)s here.") % {"clinics": clinics}]
    if user.has_usable_password():
        lines.append(_("You have a log-in already. It opens this listing too."))
        button, link = _("Log in"), settings.SITE_URL + reverse("admin:index")
    else:
        lines.append(_lasts())
        button, link = _("Set your password"), password_link(user)
    if claim.granted.filter(notification_email_confirmed_at=None).exists():
        lines.append(
            _(
                "One thing is left before patients can send you requests: name the address to which they are "
                "announced. It stands on the page of your clinic."
            )
        )
    return Words(_("Your claim was approved"), lines, button, link)


# To the person: what it means, and what to do next.
DECLINED: Mapping[str, object] = {
    Reason.NOT_REACHED: gettext_lazy(
        "We could not reach anybody to check it. Tell your front desk that we call, then claim it again."
    ),
    Reason.NOT_KNOWN: gettext_lazy(
        "The clinic told us that it does not know you. If that is a mistake, let the clinic claim its listing itself."
    ),
    Reason.NO_RIGHT: gettext_lazy(
        "The clinic told us that somebody else speaks for its listing. Ask there who it is; that person can claim it."
    ),
    Reason.NOT_SENT: gettext_lazy("You told us that you did not send it. There is nothing more to do."),
}


def _declined(notice: Notice) -> Words:
    claim = _of_claim(notice)
    again = claim.reason != Reason.NOT_SENT
    return Words(
        subject=_("Your claim was not approved"),
        lines=[_listing(claim), str(DECLINED[claim.reason])],
        button=_("Claim it again") if again else "",
        link=_claim_page() if again else "",
    )


def _expired(notice: Notice) -> Words:
    claim = _of_claim(notice)
    return Words(
        subject=_("Your claim ran out"),
        lines=[_listing(claim), _("We could not check it in time, so nothing was granted. You can claim it again.")],
        button=_("Claim it again"),
        link=_claim_page(),
    )


def _password(notice: Notice) -> Words:
    return Words(
        subject=_("Set your password"),
        lines=[_("Somebody, most likely you, asked for this link."), _lasts()],
        button=_("Set your password"),
        link=password_link(_user(notice)),
        small=_("It was not you? Then do nothing: without the link nothing changes."),
    )


WORDS: Mapping[Notice.Kind, Callable[[Notice], Words]] = {
    Kind.REPORT: _report,
    Kind.CLAIM: _claim,
    Kind.CLAIM_APPROVED: _approved,
    Kind.LET_IN: _let_in,
    Kind.CLAIM_DECLINED: _declined,
    Kind.CLAIM_EXPIRED: _expired,
    Kind.PASSWORD: _password,
    Kind.REMOVAL: _removal,
    Kind.REQUEST_READ: _request_read,
    Kind.BOUNCED: _bounced,
    Kind.HOOK_OFF: _hook_off,
}


def password_link(user: User) -> str:
    """Django's own link: it works once, and not after a log-in. Made as the mail goes, and kept nowhere."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return settings.SITE_URL + reverse("password_reset_confirm", args=[uid, token])


def _lasts() -> str:
    days = settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)
    return ngettext(
        "The link works for %(days)d day. After that, ask for another one on the log-in page.",
        "The link works for %(days)d days. After that, ask for another one on the log-in page.",
        days,
    ) % {"days": days}


def _listing(claim: ListingClaim) -> str:
    return _("Listing: %(name)s.") % {"name": claim}


def _claim_page() -> str:
    return settings.SITE_URL + reverse("clinic-claim")


def _page(notice: Notice) -> str:
    """The page of the admin, which was kept by its address in the site's own language, in the reader's."""
    with override(settings.LANGUAGE_CODE):
        return settings.SITE_URL + translate_url(notice.page, language(notice))


def _user(notice: Notice) -> User:
    if notice.user is None:
        raise SendFailed("no_address", permanent=True)
    return notice.user


def _of_claim(notice: Notice) -> ListingClaim:
    if notice.claim is None:
        raise SendFailed("no_claim", permanent=True)
    return notice.claim
