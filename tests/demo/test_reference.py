from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from directory import npi, reference
from directory.models import Condition, Insurer, Language, Procedure, Taxonomy
from tests import factories

pytestmark = pytest.mark.django_db
migration = import_module("directory.migrations.0002_reference_data")
conditions_migration = import_module("directory.migrations.0003_conditions")


def test_a_new_directory_has_adhesiolysis_first_with_its_other_names_in_both_languages():
    first = Procedure.objects.first()
    assert (first.slug, first.position, first.name_es) == ("adhesiolysis", 1, "Adhesiólisis")
    english = set(first.synonyms.filter(language="en").values_list("name", flat=True))
    spanish = set(first.synonyms.filter(language="es").values_list("name", flat=True))
    assert {"Racz procedure", "Lysis of adhesions", "Epidural adhesiolysis", "Racz catheter"} <= english
    assert {"Procedimiento de Racz", "Lisis de adherencias"} <= spanish


def test_every_row_has_a_name_in_both_languages_and_no_key_is_twice():
    for rows in (
        reference.PROCEDURES,
        reference.CONDITIONS,
        reference.TAXONOMIES,
        reference.LANGUAGES,
        reference.INSURERS,
    ):
        assert len({row[0] for row in rows}) == len(rows)
        assert all(row.name_en.strip() and row.name_es.strip() for row in rows)


def test_exactly_the_five_pain_codes_make_a_pain_specialist():
    assert set(Taxonomy.objects.filter(is_pain=True).values_list("code", flat=True)) == npi.PAIN_TAXONOMIES
    assert Taxonomy.objects.filter(code=npi.PAIN_CLINIC_TAXONOMY).exists()


def test_medicaid_is_there_for_every_state_the_district_and_puerto_rico():
    medicaid = Insurer.objects.filter(kind="medicaid")
    assert len(set(medicaid.values_list("state", flat=True))) == medicaid.count() == 52
    assert medicaid.get(slug="medicaid-dc").name_es == "Medicaid del Distrito de Columbia"
    assert medicaid.get(slug="medicaid-ny").name_es == "Medicaid de Nueva York"


def test_writing_again_keeps_what_the_operator_edited_and_took_out():
    Procedure.objects.filter(slug="kyphoplasty").update(name_en="Our kyphoplasty", position=70)
    Insurer.objects.filter(slug="aetna").update(name_es="Aetna, con otro nombre")
    Language.objects.filter(code="uk").delete()
    factories.procedure().synonyms.filter(name="Racz catheter").delete()
    migration.add_missing(apps, None)
    kyphoplasty = factories.procedure("kyphoplasty")
    assert (kyphoplasty.name_en, kyphoplasty.position) == ("Our kyphoplasty", 70)
    assert Insurer.objects.get(slug="aetna").name_es == "Aetna, con otro nombre"
    assert Language.objects.filter(code="uk").exists()  # what is missing comes back
    assert not factories.procedure().synonyms.filter(name="Racz catheter").exists()


def test_the_way_back_takes_out_what_nobody_uses_or_edited_and_can_be_gone_again():
    specialist = factories.specialist(languages=("vi",))
    practice = factories.practice(specialist=specialist, insurers=("aetna",))
    factories.offering(practice=practice)
    Insurer.objects.filter(slug="cigna").update(name_en="Cigna Healthcare")
    migration.take_out_unused(apps, None)
    assert list(Procedure.objects.values_list("slug", flat=True)) == ["adhesiolysis"]
    assert list(Taxonomy.objects.values_list("code", flat=True)) == [factories.INTERVENTIONAL_PAIN]
    assert list(Language.objects.values_list("code", flat=True)) == ["vi"]
    assert set(Insurer.objects.values_list("slug", flat=True)) == {"aetna", "cigna"}
    migration.add_missing(apps, None)
    assert Procedure.objects.count() == len(reference.PROCEDURES)
    assert Insurer.objects.count() == len(reference.INSURERS)


def test_pain_after_back_surgery_is_the_first_condition_and_leads_to_adhesiolysis_first():
    first = Condition.objects.first()
    assert (first.slug, first.position, str(first)) == ("pain-after-back-surgery", 1, "Pain after back surgery")
    assert first.name_es == "Dolor después de una cirugía de espalda"
    assert "Failed back surgery syndrome" in first.words_en.splitlines()
    assert "Síndrome de cirugía fallida de espalda" in first.words_es.splitlines()
    assert first.procedures.first() == factories.procedure()


def test_every_condition_leads_to_all_the_procedures_named_for_it_and_every_procedure_has_a_condition():
    for row in reference.CONDITIONS:
        procedures = Condition.objects.get(slug=row.slug).procedures
        assert row.procedures and len(set(row.procedures)) == len(row.procedures)
        assert set(procedures.values_list("slug", flat=True)) == set(row.procedures)
    assert not Procedure.objects.filter(conditions=None).exists()


def test_conditions_are_named_in_two_different_languages():
    for row in reference.CONDITIONS:
        assert row.name_en != row.name_es
        assert set(row.words_en).isdisjoint(row.words_es)


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_phrase_of_people_leads_to_two_conditions(language):
    phrases = [phrase for row in reference.CONDITIONS for phrase in getattr(row, f"words_{language}")]
    assert all(phrase == phrase.strip() and "\n" not in phrase for phrase in phrases)
    assert len({phrase.casefold() for phrase in phrases}) == len(phrases)
    assert all(getattr(row, f"words_{language}") for row in reference.CONDITIONS)


def test_writing_conditions_again_keeps_what_the_operator_edited_and_took_out():
    sciatica = Condition.objects.get(slug="sciatica")
    sciatica.procedures.set([factories.procedure()])
    Condition.objects.filter(slug="sciatica").update(name_es="Nuestra ciática", words_en="", position=70)
    Condition.objects.filter(slug="cancer-pain").delete()
    conditions_migration.add_missing(apps, None)
    sciatica.refresh_from_db()
    assert (sciatica.name_es, sciatica.words_en, sciatica.position) == ("Nuestra ciática", "", 70)
    assert list(sciatica.procedures.all()) == [factories.procedure()]
    assert Condition.objects.get(slug="cancer-pain").procedures.count() == 2  # what is missing comes back


def test_a_new_condition_leads_only_to_procedures_that_the_operator_kept():
    Condition.objects.all().delete()
    Procedure.objects.filter(slug="intrathecal-pump").delete()
    conditions_migration.add_missing(apps, None)
    procedures = Condition.objects.get(slug="cancer-pain").procedures
    assert list(procedures.values_list("slug", flat=True)) == ["sympathetic-block"]


def test_the_defaults_of_the_factories_pass_the_database_and_repeat_no_number():
    with transaction.atomic():
        made = [factories.offering(clinic=factories.connected_clinic()) for _ in range(3)]
        factories.claims(made[0].practice.specialist)
        factories.hours(made[0].practice)
        factories.site(latitude=None)
        assert factories.member(made[0].practice.site.clinic).memberships.count() == 1
        assert factories.operator().is_superuser
    npis = {offering.practice.specialist.npi for offering in made}
    assert len(npis) == 3 and all(npi.is_valid(number) and npi.is_fictional(number) for number in npis)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.site(postal_code="7870")
