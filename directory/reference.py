"""What every directory starts with: procedures, conditions, specialty codes, languages and insurers, bilingual.

Plain data; the migrations 0002 and 0003 (conditions) write it, adding what is missing and changing nothing that is
there, so an operator's edits stay. A row added here later needs a migration of its own that calls the same function
again.

Sources: specialty codes and their names from the NUCC Health Care Provider Taxonomy, code set 25.1, without the word
"Physician" at the end (a name, not a definition); language codes from ISO 639. All else is in our own words.
"""

from typing import NamedTuple

from directory import npi, states


class ProcedureRow(NamedTuple):
    slug: str
    name_en: str
    name_es: str
    also_en: tuple[str, ...] = ()
    also_es: tuple[str, ...] = ()


class ConditionRow(NamedTuple):
    slug: str
    name_en: str
    name_es: str
    procedures: tuple[str, ...]  # slugs
    words_en: tuple[str, ...]
    words_es: tuple[str, ...]


class TaxonomyRow(NamedTuple):
    code: str
    name_en: str
    name_es: str

    @property
    def is_pain(self) -> bool:
        return self.code in npi.PAIN_TAXONOMIES


class LanguageRow(NamedTuple):
    code: str
    name_en: str
    name_es: str


class InsurerRow(NamedTuple):
    slug: str
    name_en: str
    name_es: str
    kind: str
    state: str = ""


# In the order of lists: the first has position 1.
PROCEDURES = (
    ProcedureRow(
        "adhesiolysis",
        "Adhesiolysis",
        "Adhesiólisis",
        (
            "Epidural adhesiolysis",
            "Percutaneous adhesiolysis",
            "Percutaneous epidural adhesiolysis",
            "Lysis of adhesions",
            "Epidural lysis of adhesions",
            "Epidural neurolysis",
            "Epidural neuroplasty",
            "Racz procedure",
            "Racz catheter",
        ),
        (
            "Adhesiólisis epidural",
            "Adhesiólisis percutánea",
            "Lisis de adherencias",
            "Lisis epidural de adherencias",
            "Neurólisis epidural",
            "Neuroplastia epidural",
            "Procedimiento de Racz",
            "Técnica de Racz",
            "Catéter de Racz",
        ),
    ),
    ProcedureRow(
        "epidural-steroid-injection",
        "Epidural steroid injection",
        "Inyección epidural de esteroides",
        ("ESI", "Epidural injection", "Transforaminal injection", "Caudal injection", "Nerve root block"),
        ("Inyección epidural", "Infiltración epidural", "Bloqueo epidural", "Inyección transforaminal"),
    ),
    ProcedureRow(
        "radiofrequency-ablation",
        "Radiofrequency ablation",
        "Ablación por radiofrecuencia",
        ("RFA", "Rhizotomy", "Radiofrequency neurotomy", "Nerve ablation"),
        ("Rizotomía por radiofrecuencia", "Neurotomía por radiofrecuencia", "Radiofrecuencia"),
    ),
    ProcedureRow(
        "spinal-cord-stimulation",
        "Spinal cord stimulation",
        "Estimulación de la médula espinal",
        ("SCS", "Spinal cord stimulator", "Dorsal column stimulation", "Neuromodulation"),
        ("Estimulador de la médula espinal", "Neuroestimulación medular", "Neuromodulación"),
    ),
    ProcedureRow(
        "facet-joint-injection",
        "Facet joint injection",
        "Inyección facetaria",
        ("Facet block", "Facet injection"),
        ("Inyección en la articulación facetaria", "Bloqueo facetario", "Infiltración facetaria"),
    ),
    ProcedureRow(
        "medial-branch-block",
        "Medial branch block",
        "Bloqueo de la rama medial",
        ("MBB", "Diagnostic nerve block"),
        ("Bloqueo del ramo medial", "Bloqueo diagnóstico"),
    ),
    ProcedureRow(
        "sacroiliac-joint-injection",
        "Sacroiliac joint injection",
        "Inyección sacroilíaca",
        ("SI joint injection", "SI joint block"),
        ("Inyección en la articulación sacroilíaca", "Infiltración sacroilíaca", "Bloqueo sacroilíaco"),
    ),
    ProcedureRow(
        "kyphoplasty",
        "Kyphoplasty",
        "Cifoplastia",
        ("Balloon kyphoplasty", "Vertebral augmentation", "Vertebroplasty"),
        ("Cifoplastia con balón", "Vertebroplastia"),
    ),
    ProcedureRow(
        "intrathecal-pump",
        "Intrathecal pump",
        "Bomba intratecal",
        ("Pain pump", "Drug pump", "Intrathecal drug delivery"),
        ("Bomba para el dolor", "Infusión intratecal"),
    ),
    ProcedureRow(
        "trigger-point-injection",
        "Trigger point injection",
        "Inyección en puntos gatillo",
        ("TPI", "Muscle knot injection"),
        ("Infiltración de puntos gatillo", "Inyección en puntos de dolor muscular"),
    ),
    ProcedureRow(
        "sympathetic-block",
        "Sympathetic nerve block",
        "Bloqueo simpático",
        ("Stellate ganglion block", "Lumbar sympathetic block", "Celiac plexus block"),
        ("Bloqueo del ganglio estrellado", "Bloqueo simpático lumbar", "Bloqueo del plexo celíaco"),
    ),
    ProcedureRow(
        "peripheral-nerve-block",
        "Peripheral nerve block",
        "Bloqueo de nervio periférico",
        ("Nerve block", "Occipital nerve block", "Intercostal nerve block"),
        ("Bloqueo nervioso", "Bloqueo del nervio occipital", "Bloqueo intercostal"),
    ),
)

# In the order of lists. A procedure stands here where pain practices commonly do it for the condition; whether it helps
# is not said. A phrase leads to one condition only.
CONDITIONS = (
    ConditionRow(
        "pain-after-back-surgery",
        "Pain after back surgery",
        "Dolor después de una cirugía de espalda",
        ("adhesiolysis", "epidural-steroid-injection", "spinal-cord-stimulation", "intrathecal-pump"),
        (
            "Back surgery did not help",
            "Pain came back after back surgery",
            "Failed back surgery syndrome",
            "FBSS",
            "Post-laminectomy syndrome",
            "Persistent spinal pain syndrome",
        ),
        (
            "La cirugía de espalda no me ayudó",
            "El dolor volvió después de la cirugía de espalda",
            "Síndrome de cirugía fallida de espalda",
            "Síndrome postlaminectomía",
            "Síndrome de dolor espinal persistente",
        ),
    ),
    ConditionRow(
        "epidural-scar-tissue",
        "Scar tissue around the spinal nerves",
        "Tejido cicatricial alrededor de los nervios de la columna",
        ("adhesiolysis", "epidural-steroid-injection"),
        (
            "Scar tissue after back surgery",
            "Scar tissue in the spine",
            "Epidural scar tissue",
            "Epidural fibrosis",
            "Epidural adhesions",
        ),
        (
            "Cicatrices después de una cirugía de espalda",
            "Tejido cicatricial en la columna",
            "Fibrosis epidural",
            "Adherencias epidurales",
        ),
    ),
    ConditionRow(
        "sciatica",
        "Sciatica (pain that runs down the leg)",
        "Ciática (dolor que baja por la pierna)",
        ("epidural-steroid-injection",),
        (
            "Sciatica",
            "Back pain that goes down the leg",
            "Shooting pain down the leg",
            "Pinched nerve in the lower back",
            "Lumbar radiculopathy",
        ),
        (
            "Ciática",
            "Dolor de espalda que baja por la pierna",
            "Dolor punzante en la pierna",
            "Nervio pinzado en la espalda baja",
            "Radiculopatía lumbar",
        ),
    ),
    ConditionRow(
        "herniated-disc",
        "Herniated disc",
        "Hernia de disco",
        ("epidural-steroid-injection",),
        ("Slipped disc", "Bulging disc", "Ruptured disc", "Disc herniation"),
        ("Hernia discal", "Disco herniado", "Disco desplazado", "Disco abultado"),
    ),
    ConditionRow(
        "spinal-stenosis",
        "Spinal stenosis (narrowing of the spine)",
        "Estenosis espinal (estrechamiento de la columna)",
        ("epidural-steroid-injection", "adhesiolysis"),
        ("Spinal stenosis", "Lumbar stenosis", "Narrow spinal canal", "Leg pain when walking that eases when sitting"),
        (
            "Estenosis espinal",
            "Estenosis lumbar",
            "Canal lumbar estrecho",
            "Dolor de piernas al caminar que se alivia al sentarse",
        ),
    ),
    ConditionRow(
        "facet-joint-pain",
        "Pain from the small joints of the spine (facet joints)",
        "Dolor de las articulaciones pequeñas de la columna (facetas)",
        ("medial-branch-block", "facet-joint-injection", "radiofrequency-ablation"),
        (
            "Facet joint pain",
            "Facet syndrome",
            "Facet arthritis",
            "Arthritis of the spine",
            "Back pain when leaning back",
        ),
        (
            "Dolor facetario",
            "Síndrome facetario",
            "Artrosis facetaria",
            "Artrosis de la columna",
            "Dolor de espalda al inclinarse hacia atrás",
        ),
    ),
    ConditionRow(
        "sacroiliac-joint-pain",
        "Sacroiliac joint pain",
        "Dolor de la articulación sacroilíaca",
        ("sacroiliac-joint-injection", "radiofrequency-ablation"),
        ("SI joint pain", "Sacroiliitis", "Pain where the spine meets the pelvis"),
        ("Dolor sacroilíaco", "Sacroileítis", "Dolor donde la columna se une a la pelvis"),
    ),
    ConditionRow(
        "vertebral-compression-fracture",
        "Compression fracture of the spine",
        "Fractura por compresión de la columna",
        ("kyphoplasty",),
        (
            "Broken bone in the spine",
            "Collapsed vertebra",
            "Vertebral compression fracture",
            "Spine fracture from osteoporosis",
        ),
        (
            "Hueso roto en la columna",
            "Vértebra aplastada",
            "Fractura vertebral por compresión",
            "Fractura de columna por osteoporosis",
        ),
    ),
    ConditionRow(
        "neck-pain-with-arm-pain",
        "Neck pain that runs down the arm",
        "Dolor de cuello que baja por el brazo",
        ("epidural-steroid-injection",),
        ("Shooting pain down the arm", "Pinched nerve in the neck", "Cervical radiculopathy"),
        ("Dolor punzante en el brazo", "Nervio pinzado en el cuello", "Radiculopatía cervical"),
    ),
    ConditionRow(
        "headache-from-the-neck",
        "Headache from the neck or the back of the head",
        "Dolor de cabeza que nace en el cuello o la nuca",
        ("peripheral-nerve-block", "medial-branch-block", "radiofrequency-ablation"),
        ("Headache that starts in the neck", "Cervicogenic headache", "Occipital neuralgia"),
        ("Dolor de cabeza que empieza en el cuello", "Cefalea cervicogénica", "Neuralgia occipital"),
    ),
    ConditionRow(
        "complex-regional-pain-syndrome",
        "Complex regional pain syndrome (CRPS)",
        "Síndrome de dolor regional complejo (SDRC)",
        ("sympathetic-block", "spinal-cord-stimulation"),
        ("CRPS", "RSD", "Reflex sympathetic dystrophy", "Burning pain in an arm or leg after an injury"),
        (
            "SDRC",
            "Distrofia simpática refleja",
            "Dolor que quema en un brazo o una pierna después de una lesión",
        ),
    ),
    ConditionRow(
        "peripheral-neuropathy",
        "Painful neuropathy (nerve pain in the feet or hands)",
        "Neuropatía dolorosa (dolor de los nervios en los pies o las manos)",
        ("spinal-cord-stimulation",),
        (
            "Burning feet",
            "Nerve damage in the feet",
            "Diabetic nerve pain",
            "Diabetic neuropathy",
            "Peripheral neuropathy",
        ),
        (
            "Ardor en los pies",
            "Daño de los nervios en los pies",
            "Dolor de los nervios por la diabetes",
            "Neuropatía diabética",
            "Neuropatía periférica",
        ),
    ),
    ConditionRow(
        "myofascial-pain",
        "Muscle pain with tender knots (myofascial pain)",
        "Dolor muscular con nudos dolorosos (dolor miofascial)",
        ("trigger-point-injection",),
        ("Muscle knots", "Trigger points", "Myofascial pain", "Myofascial pain syndrome"),
        ("Nudos en los músculos", "Puntos gatillo", "Dolor miofascial", "Síndrome de dolor miofascial"),
    ),
    ConditionRow(
        "cancer-pain",
        "Pain from cancer",
        "Dolor por cáncer",
        ("intrathecal-pump", "sympathetic-block"),
        ("Cancer pain", "Pain from a tumor", "Belly pain from pancreatic cancer"),
        ("Dolor oncológico", "Dolor por un tumor", "Dolor de vientre por cáncer de páncreas"),
    ),
)

TAXONOMIES = (
    TaxonomyRow("208VP0014X", "Interventional Pain Medicine", "Medicina intervencionista del dolor"),
    TaxonomyRow("208VP0000X", "Pain Medicine", "Medicina del dolor"),
    TaxonomyRow("207LP2900X", "Pain Medicine (Anesthesiology)", "Medicina del dolor (anestesiología)"),
    TaxonomyRow(
        "2081P2900X",
        "Pain Medicine (Physical Medicine & Rehabilitation)",
        "Medicina del dolor (medicina física y rehabilitación)",
    ),
    TaxonomyRow(
        "2084P2900X", "Pain Medicine (Psychiatry & Neurology)", "Medicina del dolor (psiquiatría y neurología)"
    ),
    # What pain specialists are registered as besides.
    TaxonomyRow("207L00000X", "Anesthesiology", "Anestesiología"),
    TaxonomyRow("207LA0401X", "Addiction Medicine (Anesthesiology)", "Medicina de las adicciones (anestesiología)"),
    TaxonomyRow("207LC0200X", "Critical Care Medicine (Anesthesiology)", "Medicina intensiva (anestesiología)"),
    TaxonomyRow(
        "207LH0002X",
        "Hospice and Palliative Medicine (Anesthesiology)",
        "Cuidados paliativos y de hospicio (anestesiología)",
    ),
    TaxonomyRow("207LP3000X", "Pediatric Anesthesiology", "Anestesiología pediátrica"),
    TaxonomyRow("208100000X", "Physical Medicine & Rehabilitation", "Medicina física y rehabilitación"),
    TaxonomyRow(
        "2081N0008X",
        "Neuromuscular Medicine (Physical Medicine & Rehabilitation)",
        "Medicina neuromuscular (medicina física y rehabilitación)",
    ),
    TaxonomyRow("2081P0004X", "Spinal Cord Injury Medicine", "Medicina de las lesiones de la médula espinal"),
    TaxonomyRow(
        "2081S0010X",
        "Sports Medicine (Physical Medicine & Rehabilitation)",
        "Medicina deportiva (medicina física y rehabilitación)",
    ),
    TaxonomyRow("2084N0400X", "Neurology", "Neurología"),
    TaxonomyRow("2084P0800X", "Psychiatry", "Psiquiatría"),
    TaxonomyRow("207T00000X", "Neurological Surgery", "Neurocirugía"),
    TaxonomyRow("207X00000X", "Orthopaedic Surgery", "Cirugía ortopédica"),
    TaxonomyRow("207XS0117X", "Orthopaedic Surgery of the Spine", "Cirugía ortopédica de la columna vertebral"),
    TaxonomyRow("208600000X", "Surgery", "Cirugía general"),
    TaxonomyRow("207R00000X", "Internal Medicine", "Medicina interna"),
    TaxonomyRow("207Q00000X", "Family Medicine", "Medicina familiar"),
    TaxonomyRow("207QS0010X", "Sports Medicine (Family Medicine)", "Medicina deportiva (medicina familiar)"),
    TaxonomyRow("208D00000X", "General Practice", "Medicina general"),
    TaxonomyRow("207P00000X", "Emergency Medicine", "Medicina de urgencias"),
    TaxonomyRow("204D00000X", "Neuromusculoskeletal Medicine & OMM", "Medicina neuromusculoesquelética y osteopática"),
    TaxonomyRow("2085R0204X", "Vascular & Interventional Radiology", "Radiología vascular e intervencionista"),
    TaxonomyRow("2085N0700X", "Neuroradiology", "Neurorradiología"),
    TaxonomyRow("363A00000X", "Physician Assistant", "Asociado médico (physician assistant)"),
    TaxonomyRow("363L00000X", "Nurse Practitioner", "Enfermero de práctica avanzada"),
    TaxonomyRow("367500000X", "Certified Registered Nurse Anesthetist", "Enfermero anestesista certificado"),
    TaxonomyRow("111N00000X", "Chiropractor", "Quiropráctico"),
    TaxonomyRow("171100000X", "Acupuncturist", "Acupunturista"),
    TaxonomyRow("225100000X", "Physical Therapist", "Fisioterapeuta"),
    TaxonomyRow("174400000X", "Specialist", "Especialista"),
    TaxonomyRow(
        "390200000X",
        "Student in an Organized Health Care Education/Training Program",
        "Estudiante o residente en un programa de formación en salud",
    ),
    # The clinic's own code.
    TaxonomyRow("261QP3300X", "Pain Clinic/Center", "Clínica o centro del dolor"),
)

LANGUAGES = (
    LanguageRow("en", "English", "Inglés"),
    LanguageRow("es", "Spanish", "Español"),
    LanguageRow("ar", "Arabic", "Árabe"),
    LanguageRow("ase", "American Sign Language", "Lengua de señas americana"),
    LanguageRow("bn", "Bengali", "Bengalí"),
    LanguageRow("de", "German", "Alemán"),
    LanguageRow("fa", "Persian", "Persa"),
    LanguageRow("fr", "French", "Francés"),
    LanguageRow("gu", "Gujarati", "Guyaratí"),
    LanguageRow("hi", "Hindi", "Hindi"),
    LanguageRow("ht", "Haitian Creole", "Criollo haitiano"),
    LanguageRow("it", "Italian", "Italiano"),
    LanguageRow("ja", "Japanese", "Japonés"),
    LanguageRow("ko", "Korean", "Coreano"),
    LanguageRow("pa", "Punjabi", "Panyabí"),
    LanguageRow("pl", "Polish", "Polaco"),
    LanguageRow("pt", "Portuguese", "Portugués"),
    LanguageRow("ru", "Russian", "Ruso"),
    LanguageRow("ta", "Tamil", "Tamil"),
    LanguageRow("te", "Telugu", "Telugu"),
    LanguageRow("tl", "Tagalog", "Tagalo"),
    LanguageRow("uk", "Ukrainian", "Ucraniano"),
    LanguageRow("ur", "Urdu", "Urdu"),
    LanguageRow("vi", "Vietnamese", "Vietnamita"),
    LanguageRow("yue", "Cantonese", "Cantonés"),
    LanguageRow("zh", "Mandarin Chinese", "Chino mandarín"),
)

# Medicaid differs by state: the fifty states, the District of Columbia and Puerto Rico, some with a Spanish name.
MEDICAID_STATES = (*sorted(states.STATES), "PR")


def _medicaid(state: str) -> InsurerRow:
    english = states.NAMES[state]
    of = "del" if state == "DC" else "de"  # the one with an article
    in_spanish = f"Medicaid {of} {states.IN_SPANISH.get(state, english)}"
    return InsurerRow(f"medicaid-{state.lower()}", f"{english} Medicaid", in_spanish, "medicaid", state)


INSURERS = (
    InsurerRow("original-medicare", "Original Medicare", "Medicare Original", "original-medicare"),
    InsurerRow("medicare-advantage", "Medicare Advantage plans", "Planes Medicare Advantage", "medicare-advantage"),
    InsurerRow("va", "Veterans Affairs (VA)", "Asuntos de los Veteranos (VA)", "va"),
    InsurerRow("workers-compensation", "Workers' compensation", "Compensación laboral", "workers-compensation"),
    InsurerRow("aetna", "Aetna", "Aetna", "commercial"),
    InsurerRow("blue-cross-blue-shield", "Blue Cross Blue Shield", "Blue Cross Blue Shield", "commercial"),
    InsurerRow("cigna", "Cigna", "Cigna", "commercial"),
    InsurerRow("humana", "Humana", "Humana", "commercial"),
    InsurerRow("kaiser-permanente", "Kaiser Permanente", "Kaiser Permanente", "commercial"),
    InsurerRow("molina", "Molina Healthcare", "Molina Healthcare", "commercial"),
    InsurerRow("oscar", "Oscar Health", "Oscar Health", "commercial"),
    InsurerRow("unitedhealthcare", "UnitedHealthcare", "UnitedHealthcare", "commercial"),
    *(_medicaid(state) for state in MEDICAID_STATES),
)
