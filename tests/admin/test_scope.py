"""One clinic's staff reach their own rows only: by filters, selects, posted numbers, look-ups, actions, deletions."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from directory import search
from directory.admin.scope import OPERATORS_ONLY, SAME_FOR_ALL, OwnRows, ScopedAdmin, ScopedInline, within
from directory.admin.site import site
from directory.models import (
    Clinic,
    Condition,
    ListingClaim,
    Membership,
    Offering,
    OpeningHours,
    Practice,
    Procedure,
    Report,
    Site,
    Specialist,
    User,
)
from referrals.models import Delivery, WebHook
from tests import factories
from tests.admin import world
from tests.admin.forms import added, errors, filled_in

TWO_WAYS_OUT = (302, 403)


def change(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def changelist(model) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def test_every_model_in_the_admin_is_scoped():
    for model, model_admin in site._registry.items():
        assert isinstance(model_admin, ScopedAdmin), model
        decided = hasattr(model._default_manager.all(), "scope") or model in SAME_FOR_ALL | OPERATORS_ONLY
        assert decided, f"{model} has no scope(user)"
        for inline in model_admin.inlines:
            assert issubclass(inline, ScopedInline), inline


def test_no_model_of_ours_is_registered_where_nobody_asks_for_its_scope():
    assert set(admin.site._registry) <= {Group}


def test_a_model_about_which_nobody_has_decided_is_shown_to_nobody(ours, operator_user):
    for user in (ours.staff, operator_user):
        with pytest.raises(ImproperlyConfigured, match="OpeningHours needs a queryset with scope"):
            within(OpeningHours.objects.all(), user)


def test_a_class_that_declares_nothing_gives_staff_nothing(ours, rf):
    request = rf.get("/admin/")
    request.user = ours.staff
    bare = type("BareAdmin", (ScopedAdmin,), {})(Clinic, site)
    assert not bare.has_module_permission(request)
    assert not bare.has_view_permission(request, ours.clinic)
    assert OwnRows.staff_may == frozenset()


def test_what_staff_may_do(ours, staff):
    perms = {
        entry["model"]: {name for name, given in entry["perms"].items() if given}
        for app in staff.get("/admin/").context["app_list"]
        for entry in app["models"]
    }
    names = {model.__name__: sorted(allowed) for model, allowed in perms.items()}
    assert names == {
        "Clinic": ["change", "view"],
        "Site": ["add", "change", "view"],
        "Practice": ["add", "change", "delete", "view"],
        "Offering": ["delete", "view"],
        "Specialist": ["view"],
        "Report": ["change", "view"],
        "ListingClaim": ["view"],
        "Referral": ["view"],
        "Delivery": ["view"],
        "WebHook": ["add", "change", "delete", "view"],
    }


def test_a_person_without_a_clinic_sees_no_rows(theirs):
    client = world.logged_in(factories.user(is_staff=True))
    for model in (Clinic, Site, Practice, Offering, Specialist, Report, ListingClaim, WebHook, Delivery):
        assert list(client.get(changelist(model)).context["cl"].result_list) == []


def test_staff_who_left_see_nothing_any_more(ours, staff):
    assert staff.get(change(ours.clinic)).status_code == 200
    Membership.objects.filter(user=ours.staff).delete()
    assert staff.get(change(ours.clinic)).status_code in TWO_WAYS_OUT
    assert staff.get(change(ours.referral)).status_code in TWO_WAYS_OUT


def test_posting_to_their_pages_changes_nothing(ours, theirs, staff):
    before = Clinic.objects.values().get(pk=theirs.clinic.pk)
    rows = (theirs.clinic, theirs.site, theirs.practice, theirs.specialist, theirs.offering, theirs.staff)
    for row in (*rows, theirs.report, theirs.claim, theirs.hook, theirs.delivery):
        for page in ("change", "delete"):
            address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])
            response = staff.post(address, {"name": "taken", "post": "yes", "state": "mended", "found": "x"})
            assert response.status_code in TWO_WAYS_OUT, address
    assert Clinic.objects.values().get(pk=theirs.clinic.pk) == before
    assert Report.objects.get(pk=theirs.report.pk).is_open
    assert Delivery.objects.filter(pk=theirs.delivery.pk, hook=theirs.hook).exists()
    assert User.objects.filter(pk=theirs.staff.pk).exists()


def test_a_site_cannot_be_added_to_their_clinic(ours, theirs, staff):
    page = staff.get(reverse("admin:directory_site_add"))
    data = filled_in(page) | {"line1": "1 Main", "city": "Austin", "state": "TX", "postal_code": "78701"}
    response = staff.post(reverse("admin:directory_site_add"), data | {"clinic": theirs.clinic.pk})
    assert response.status_code == 200
    assert "not one of the available choices" in errors(response)[0]
    assert Site.objects.filter(clinic=theirs.clinic).count() == 1


def test_a_site_of_ours_cannot_be_moved_to_their_clinic(ours, theirs, staff):
    data = filled_in(staff.get(change(ours.site))) | {"clinic": theirs.clinic.pk, "name": "South"}
    assert staff.post(change(ours.site), data).status_code == 302
    ours.site.refresh_from_db()
    assert (ours.site.clinic, ours.site.name) == (ours.clinic, "South")


def test_a_practice_cannot_be_added_at_their_site(ours, theirs, staff):
    page = staff.get(reverse("admin:directory_practice_add"))
    data = filled_in(page) | {"specialist": str(ours.specialist.pk), "site": theirs.site.pk}
    response = staff.post(reverse("admin:directory_practice_add"), data)
    assert response.status_code == 200
    assert Practice.objects.filter(site=theirs.site).count() == 1


def test_a_practice_of_ours_goes_to_no_other_specialist_or_site(ours, theirs, staff):
    data = filled_in(staff.get(change(ours.practice)))
    data |= {"specialist": str(theirs.specialist.pk), "site": factories.site(clinic=ours.clinic).pk}
    staff.post(change(ours.practice), data)
    unchanged = Practice.objects.get(pk=ours.practice.pk)
    assert (unchanged.specialist, unchanged.site) == (ours.specialist, ours.site)


def test_their_sites_posted_into_the_inlines_of_our_clinic_stay_theirs(ours, theirs, staff):
    data = filled_in(staff.get(change(ours.clinic)))
    data |= {"sites-0-id": theirs.site.pk, "sites-0-line1": "stolen"}
    staff.post(change(ours.clinic), data)
    theirs.site.refresh_from_db()
    assert (theirs.site.clinic, "stolen" in theirs.site.line1) == (theirs.clinic, False)


def test_their_offerings_posted_into_the_inlines_of_our_practice_stay_theirs(ours, theirs, staff):
    data = filled_in(staff.get(change(ours.practice)))
    data |= {"offerings-0-id": theirs.offering.pk, "offerings-0-DELETE": "on"}
    staff.post(change(ours.practice), data)
    assert Offering.objects.filter(pk=theirs.offering.pk, practice=theirs.practice).exists()


def test_an_inline_for_their_practice_stays_at_ours(ours, theirs, staff):
    data = filled_in(staff.get(change(ours.practice)))
    data = added(data, "hours", weekday=5, opens_at="08:00", closes_at="12:00", practice=theirs.practice.pk)
    staff.post(change(ours.practice), data)
    assert not OpeningHours.objects.filter(practice=theirs.practice, weekday=5).exists()


def test_staff_cannot_let_themselves_into_another_clinic(ours, theirs, staff):
    data = filled_in(staff.get(change(ours.clinic)))
    data = data | {"memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 0}
    data |= {"memberships-0-user": ours.staff.pk, "memberships-0-clinic": theirs.clinic.pk}
    staff.post(change(ours.clinic), data)
    assert list(Membership.objects.filter(user=ours.staff)) == [Membership.objects.get(clinic=ours.clinic)]


@pytest.mark.parametrize(
    ("model", "field", "value"),
    [
        (Clinic, "people_checked_on", "2020-01-01"),
        (Clinic, "notification_email_confirmed_at_0", "2020-01-01"),
        (Clinic, "slug", "mayo"),
        (Clinic, "npi", "2000000002"),
        (Site, "from_registry", "on"),
        (Site, "latitude", "1.5"),
        (Site, "longitude", "1.5"),
        (Practice, "confirmed_on", "2020-01-01"),
        (Practice, "specialist", "2000000002"),
        (Specialist, "suppressed_on", "2020-01-01"),
        (Specialist, "deactivated_on", "2020-01-01"),
        (User, "is_superuser", "on"),
        (Procedure, "name_en", "Magic"),
        (Condition, "name_en", "Magic"),
    ],
)
def test_what_only_operators_set_is_ignored_when_staff_post_it(ours, staff, model, field, value):
    own = {Clinic: ours.clinic, Site: ours.site, Practice: ours.practice, Specialist: ours.specialist, User: ours.staff}
    row = own.get(model) or model.objects.first()
    before = model.objects.values().get(pk=row.pk)
    page = staff.get(change(row))
    data = filled_in(page) if page.status_code == 200 else {}
    staff.post(change(row), data | {field: value, field.removesuffix("_0") + "_1": "12:00:00"})
    assert model.objects.values().get(pk=row.pk) == before


def test_whether_a_specialist_was_taken_out_is_for_operators_to_read(ours, staff, operator):
    Specialist.objects.filter(pk=ours.specialist.pk).update(suppressed_on="2026-01-31", excluded_on="2026-01-30")
    search.rebuild([ours.practice.pk])
    words = ("taken out at their own wish", "excluded from federal programs", "2026-01-31", "Jan. 31, 2026")
    for address in (change(ours.specialist), changelist(Specialist)):
        page = staff.get(address).content.decode().lower()
        assert not [word for word in words if word.lower() in page], address
    assert "taken out at their own wish" in operator.get(change(ours.specialist)).content.decode().lower()
    assert staff.get(f"{changelist(Specialist)}?suppressed_on__isnull=False").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "specialist__practices__site__clinic__name__startswith=Canary",
        "specialist__practices__gt=700000000",
        "specialist__practices__phone__startswith=%2B1512777",
        "site__clinic__name__startswith=Hill",
        "site__clinic__memberships__user__password__startswith=md5",
        "phone__startswith=%2B1",
        "id__gt=1",
    ],
)
def test_lookups_that_no_filter_offers_are_refused_whatever_they_would_find(ours, theirs, staff, query):
    world.shared_specialist(ours, theirs)
    assert staff.get(f"{changelist(Practice)}?{query}").status_code == 400


def test_passwords_and_hashes_cannot_be_narrowed_by_operators_either(ours, operator):
    assert operator.get(f"{changelist(User)}?password__startswith=md5").status_code == 400
    assert operator.get(f"{changelist(type(ours.referral))}?form_key_hash__startswith=a").status_code == 400


def test_filters_name_our_rows_only_and_work(ours, theirs, staff):
    page = staff.get(changelist(Practice))
    assert world.CANARY not in page.content.decode()
    for query in ("accepting_new_patients__exact=1", f"offerings__procedure__id__exact={ours.offering.procedure_id}"):
        assert staff.get(f"{changelist(Practice)}?{query}").status_code == 200
    theirs_by_number = staff.get(f"{changelist(Practice)}?site__clinic__id__exact={theirs.clinic.pk}")
    assert theirs.practice not in theirs_by_number.context["cl"].result_list


def test_every_filter_of_every_list_works(ours, theirs, operator, staff):
    for client in (operator, staff):
        for model in site._registry:
            page = client.get(changelist(model))
            if page.status_code != 200:
                continue
            for spec in page.context["cl"].filter_specs:
                for choice in list(spec.choices(page.context["cl"]))[:3]:
                    answer = client.get(changelist(model) + choice["query_string"])
                    assert answer.status_code == 200, (model, choice)


def test_actions_on_posted_numbers_reach_own_rows_only(ours, theirs, staff):
    data = {"action": "confirm_selected", "_selected_action": [ours.practice.pk, theirs.practice.pk], "index": 0}
    staff.post(changelist(Practice), data)
    ours.practice.refresh_from_db()
    theirs.practice.refresh_from_db()
    assert ours.practice.confirmed_on is not None
    assert theirs.practice.confirmed_on is None


def test_staff_have_no_action_that_deletes_a_selection(ours, theirs, staff):
    numbers = [factories.practice(site=ours.site).pk, theirs.practice.pk]
    staff.post(changelist(Practice), {"action": "delete_selected", "_selected_action": numbers, "post": "yes"})
    assert Practice.objects.filter(pk__in=numbers).count() == 2


def test_deleting_a_practice_takes_only_what_is_its_own(ours, theirs, staff):
    shared = world.shared_specialist(ours, theirs)
    mine = shared.practices.get(site=ours.site)
    address = reverse("admin:directory_practice_delete", args=[mine.pk])
    assert world.CANARY not in staff.get(address).content.decode()
    assert staff.post(address, {"post": "yes"}).status_code == 302
    assert Specialist.objects.filter(pk=shared.pk).exists()
    assert shared.practices.get().site == theirs.site


def test_a_practice_with_requests_stays_and_whose_they_are_is_not_told(ours, theirs, staff):
    elsewhere = world.send(ours.practice)
    type(elsewhere).objects.filter(pk=elsewhere.pk).update(clinic=theirs.clinic)
    address = reverse("admin:directory_practice_delete", args=[ours.practice.pk])
    assert elsewhere.reference not in staff.get(address).content.decode()
    staff.post(address, {"post": "yes"})
    assert Practice.objects.filter(pk=ours.practice.pk).exists()


def test_staff_delete_no_clinic_site_or_specialist(ours, staff):
    for row in (ours.clinic, ours.site, ours.specialist):
        address = reverse(f"admin:directory_{row._meta.model_name}_delete", args=[row.pk])
        assert staff.post(address, {"post": "yes"}).status_code == 403
        assert type(row).objects.filter(pk=row.pk).exists()


def test_saving_as_new_under_their_number_adds_nothing(ours, theirs, staff):
    response = staff.post(change(theirs.clinic), {"_saveasnew": "1", "name": "New", "slug": "new"})
    assert response.status_code == 403
    assert Clinic.objects.count() == 2


def test_a_row_is_pointed_to_by_its_key_only(ours, staff):
    for query in ("_to_field=slug", "_to_field=notification_email", "_popup=1&_to_field=npi"):
        assert staff.get(f"{change(ours.clinic)}?{query}").status_code == 400
        assert staff.get(f"{changelist(Clinic)}?{query}").status_code == 400


@pytest.mark.parametrize("where", ["/admin/directory/practice/?q=%00", "/admin/directory/practice/?o=%00"])
def test_a_nul_byte_is_refused_kindly(ours, staff, where):
    assert staff.get(where).status_code == 400


def test_patients_and_strangers_do_not_get_in(ours, client):
    person = factories.user()
    for visitor in (client, world.logged_in(person)):
        for address in ("/admin/", change(ours.clinic), change(ours.referral)):
            response = visitor.get(address)
            assert response.status_code == 302
            assert "/admin/login/" in response["Location"]
