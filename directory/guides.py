"""The guides to procedures: when each was written, from which sources, and who has reviewed it. Pure data.

The text of a guide stands in templates/directory/guides/{slug}.html; this is the one truth for the line under its
title, its sources, its table of contents and its sentence in lists. Which facts come from where: docs/clinical.md.

Rules: a source is listed only with what was really read of it. Nobody invents one, nor a DOI or an address.
"""

import datetime
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WRITTEN_ON = datetime.date(2026, 11, 28)


class Read(StrEnum):
    """How much of a source its writer has read."""

    PAGE = "page"  # the page itself, or the part of it that is used
    SUMMARY = "summary"  # of a study: its abstract
    COPY = "copy"  # an official text as others print it: the official page itself was not opened


@dataclass(frozen=True)
class Source:
    """`citation` as libraries find it, not translated. `link` for readers, empty where none is certain.

    `seen_at` is the address of the stored page that was read.
    """

    citation: str
    read: Read
    seen_at: str
    link: str = ""


@dataclass(frozen=True)
class Section:
    """A part of a guide: the anchor of its heading, which is also the name of its block in the template."""

    anchor: str
    title: str | Promise


@dataclass(frozen=True)
class Reviewer:
    """A clinician who has read a guide, is named in it, and agreed to be."""

    name: str
    credentials: str
    on: datetime.date


@dataclass(frozen=True)
class Guide:
    slug: str
    summary: str | Promise  # one plain sentence: under the title, in lists, for search engines
    sources: tuple[Source, ...]
    sections: tuple[Section, ...]
    written_on: datetime.date = WRITTEN_ON
    reviewed_by: Reviewer | None = None


WHAT = Section("what", _("What it is"))
WHO = Section("who", _("What it is for"))
BEFORE = Section("before", _("Before you decide"))
SURE = Section("sure", _("How sure is it?"))
HOW = Section("how", _("How it is done"))
AFTER = Section("after", _("What to expect afterward"))
RISK = Section("risk", _("Risks"))
NOT = Section("not", _("When it is not done"))
ELSE = Section("else", _("What else there is"))
COST = Section("cost", _("Will my insurer pay?"))
ASK = Section("ask", _("Questions to ask"))
SOURCES = Section("src", _("Sources"))

# How sure it is comes before how it is done, and what to ask comes last, when there is something to ask about.
SHORT = (WHAT, WHO, SURE, HOW, AFTER, RISK, ASK, SOURCES)
LONG = (WHAT, WHO, BEFORE, SURE, HOW, AFTER, RISK, NOT, ELSE, COST, ASK, SOURCES)

# Sources of more than one guide.
FDA_STEROIDS = Source(
    "U.S. Food and Drug Administration. Drug Safety Communication, April 23, 2014: FDA requires label changes to warn "
    "of rare but serious neurologic problems after epidural corticosteroid injections for pain",
    Read.PAGE,
    "http://www.fda.gov/Drugs/DrugSafety/ucm394280.htm",
    "https://www.fda.gov/Drugs/DrugSafety/ucm394280.htm",
)
BMJ_GUIDELINE = Source(
    "Busse JW et al. Commonly used interventional procedures for non-cancer chronic spine pain: a clinical practice "
    "guideline. BMJ 2025;388:e079970",
    Read.SUMMARY,
    "https://www.aafp.org/pubs/afp/issues/2025/1100/poems-chronic-cervical-spine-low-back-pain.html",
    "https://doi.org/10.1136/bmj-2024-079970",
)
BMJ_ANSWERS = Source(
    "34 medical groups demand BMJ retract “irresponsible” and “misleading” guideline on chronic spine pain. "
    "AusDoc, 2025",
    Read.PAGE,
    "https://www.ausdoc.com.au/news/34-medical-groups-demand-bmj-retract-irresponsible-and-misleading-guideline-on-chronic-spine-pain/",
    "https://www.ausdoc.com.au/news/34-medical-groups-demand-bmj-retract-irresponsible-and-misleading-guideline-on-chronic-spine-pain/",
)
FACET_CONSENSUS = Source(
    "Cohen SP et al. Consensus practice guidelines on interventions for lumbar facet joint pain from a multispecialty, "
    "international working group. Regional Anesthesia and Pain Medicine 2020;45(6):424-467",
    Read.SUMMARY,
    "https://cris.maastrichtuniversity.nl/en/publications/consensus-practice-guidelines-on-interventions-for-lumbar-facet-j",
    "https://doi.org/10.1136/rapm-2019-101243",
)
BLOOD_THINNERS = Source(
    "American Society of Regional Anesthesia and Pain Medicine. Updates to the ASRA guidelines for interventional pain "
    "procedures, August 27, 2019 (on blood thinners)",
    Read.PAGE,
    "https://asra.com/news-publications/asra-newsletter/newsletter-item/asra-news/2019/08/27/updates-to-the-asra-guidelines-for-interventional-pain-procedures",
    "https://asra.com/news-publications/asra-newsletter/newsletter-item/asra-news/2019/08/27/updates-to-the-asra-guidelines-for-interventional-pain-procedures",
)
AFTER_PROCEDURE = Source(
    "University of Illinois Hospital, Chicago. Pain management: after your procedure",
    Read.PAGE,
    "https://www.hospital.uillinois.edu/primary-and-specialty-care/pain-management/after-your-procedure",
    "https://www.hospital.uillinois.edu/primary-and-specialty-care/pain-management/after-your-procedure",
)

EPIDURALS_AAN = Source(
    "Armon C et al. Epidural steroids for cervical and lumbar radicular pain and spinal stenosis: systematic review "
    "summary. Report of the AAN Guidelines Subcommittee. Neurology 2025;104(5):e213361",
    Read.SUMMARY,
    "https://m.booksci.cn/literature/143409623.htm",
    "https://doi.org/10.1212/WNL.0000000000213361",
)


GUIDES: dict[str, Guide] = {
    guide.slug: guide
    for guide in (
        Guide(
            "adhesiolysis",
            _("A way to bring medicine to scar tissue that presses on nerves in the spine, mostly after back surgery."),
            (
                Source(
                    "Gerdesmeyer L et al. Percutaneous epidural lysis of adhesions in chronic lumbar radicular pain: "
                    "a randomized, double-blind, placebo-controlled trial. Pain Physician 2013",
                    Read.SUMMARY,
                    "https://research.kssg.ch/publications/by-unit/ORTHO/80324/DESC-date/L-en",
                ),
                Source(
                    "Manchikanti L et al. Assessment of effectiveness of percutaneous adhesiolysis and caudal "
                    "epidural injections in managing post lumbar surgery syndrome: 2-year follow-up of a randomized, "
                    "controlled trial. Journal of Pain Research 2012;5:597-608",
                    Read.SUMMARY,
                    "https://pmc.ncbi.nlm.nih.gov/articles/PMC3533727/",
                    "https://pmc.ncbi.nlm.nih.gov/articles/PMC3533727/",
                ),
                Source(
                    "Manchikanti L et al. Efficacy of percutaneous adhesiolysis in managing low back and lower "
                    "extremity pain: a systematic review and meta-analysis of randomized controlled trials. Pain and "
                    "Therapy 2023;12(4)",
                    Read.SUMMARY,
                    "https://www.springermedizin.de/efficacy-of-percutaneous-adhesiolysis-in-managing-low-back-and-l/25405036",
                ),
                Source(
                    "Efficacy, effectiveness, safety, and cost-effectiveness of epidural adhesiolysis for treating "
                    "failed back surgery syndrome: a systematic review. Pain Medicine 2019;20(4):692-706",
                    Read.SUMMARY,
                    "https://www.painpluscpn.ca/ (its summary of doi 10.1093/pm/pny233)",
                    "https://doi.org/10.1093/pm/pny233",
                ),
                Source(
                    "Is percutaneous adhesiolysis effective in managing chronic low back and lower extremity pain in "
                    "post-surgery syndrome: a systematic review and meta-analysis. Record of "
                    "institutionalrepository.aah.org",
                    Read.SUMMARY,
                    "https://institutionalrepository.aah.org/anesth/16/",
                    "https://institutionalrepository.aah.org/anesth/16/",
                ),
                Source(
                    "Manchikanti L et al. Declining utilization patterns of percutaneous adhesiolysis procedures in "
                    "the fee-for-service (FFS) Medicare population. Pain Physician 2021;24:17-29",
                    Read.SUMMARY,
                    "https://painphysicianjournal.com/current/abstracts?article=NzE4MA%3D%3D",
                    "https://painphysicianjournal.com/current/abstracts?article=NzE4MA%3D%3D",
                ),
                Source(
                    "Talu G, Erdine S. Complications of epidural neuroplasty: a retrospective evaluation. "
                    "Neuromodulation 2003;6(4):237-247",
                    Read.SUMMARY,
                    "https://avesis.istanbul.edu.tr/yayin/8ed24b0b-4219-4f3a-9c66-10085280c72f/complications-of-epidural-neuroplasty-a-retrospective-evaluation",
                    "https://doi.org/10.1046/j.1525-1403.2003.03031.x",
                ),
                Source(
                    "Epidural lysis of adhesions and percutaneous neuroplasty. In: Pain and Treatment (on MRI, and "
                    "on the billing codes)",
                    Read.PAGE,
                    "https://pubhtml5.com/rgkv/asjg/basic/301-341",
                    "https://doi.org/10.5772/58753",
                ),
                Source(
                    "Complications associated with lysis of epidural adhesions and epiduroscopy. Chapter on "
                    "Anesthesia Key (on the needle and the nerve sac)",
                    Read.PAGE,
                    "https://test.aneskey.com/complications-associated-with-lysis-of-epidural-adhesions-and-epiduroscopy",
                ),
                Source(
                    "Hossieni B et al. The results of treating failed back surgery syndrome by adhesiolysis: "
                    "comparing the one- and three-day protocols. Anesthesiology and Pain Medicine 2017;7(5):e60271",
                    Read.SUMMARY,
                    "https://brieflands.com/articles/aapm-60271",
                    "https://doi.org/10.5812/aapm.60271",
                ),
                Source(
                    "Karm MH et al. Percutaneous epidural adhesiolysis using inflatable balloon catheter and "
                    "balloon-less catheter in central lumbar spinal stenosis with neurogenic claudication: a "
                    "randomized controlled trial. Pain Physician 2018;21:593-606",
                    Read.SUMMARY,
                    "https://painphysicianjournal.com/current/abstracts?article=NTUwNg%3D%3D&journal=114",
                ),
                Source(
                    "Bellini M, Barbieri M. A comparison of non-endoscopic and endoscopic adhesiolysis of epidural "
                    "fibrosis. Anaesthesiology Intensive Therapy 2016;48:266-271 (also on pulsed radiofrequency)",
                    Read.SUMMARY,
                    "https://journals.viamedica.pl/anaesthesiology_intensivetherapy/article/view/AIT.a2016.0035/38043",
                    "https://doi.org/10.5603/AIT.a2016.0035",
                ),
                Source(
                    "Clinical outcomes of epidural neuroplasty for cervical disc herniation. Journal of Korean "
                    "Medical Science 2013;28(3):461-465 (the neck; no comparison group)",
                    Read.SUMMARY,
                    "https://synapse.koreamed.org/articles/1022211",
                    "https://doi.org/10.3346/jkms.2013.28.3.461",
                ),
                Source(
                    "Racz Lab. What is epidural lysis of adhesions? (its history, by those who teach it)",
                    Read.PAGE,
                    "https://raczlab.com/instruction/workshop-topics/what-is-epidural-lysis-of-adhesions/",
                    "https://raczlab.com/instruction/workshop-topics/what-is-epidural-lysis-of-adhesions/",
                ),
                FDA_STEROIDS,
                BLOOD_THINNERS,
                AFTER_PROCEDURE,
                Source(
                    "Anthem. Medical policy SURG.00072, Lysis of epidural adhesions (calls it investigational)",
                    Read.PAGE,
                    "https://www.anthem.com/dam/medpolicies/abcbs/active/policies/mp_pw_a050271.html",
                    "https://www.anthem.com/dam/medpolicies/abcbs/active/policies/mp_pw_a050271.html",
                ),
                Source(
                    "Blue Cross and Blue Shield of Kansas City. Lysis of epidural adhesions, policy 8.01.18, 2019 "
                    "(many trials from one center)",
                    Read.COPY,
                    "https://pdfslide.net/documents/lysis-of-epidural-ad-adhesiolysis-and-placebo-received-injections-on-each.html",
                ),
                Source(
                    "Washington State Department of Labor & Industries. Epidural adhesiolysis, coverage decision "
                    "(pays for the one-day form, with limits)",
                    Read.PAGE,
                    "https://lni.wa.gov/patient-care/treating-patients/conditions-and-treatments/epidural-adhesiolysis",
                    "https://lni.wa.gov/patient-care/treating-patients/conditions-and-treatments/epidural-adhesiolysis",
                ),
                Source(
                    "Centers for Medicare & Medicaid Services. Your right to a good-faith estimate (standard notice "
                    "under the No Surprises Act)",
                    Read.COPY,
                    "https://www.bcog.com/good-faith-estimate-no-surprise-act/",
                    "https://www.cms.gov/nosurprises/consumers",
                ),
                Source(
                    "U.S. Department of Veterans Affairs. Non-VA care: information for veterans",
                    Read.PAGE,
                    "http://www.nonvacare.va.gov/veterans.asp",
                ),
            ),
            LONG,
        ),
        Guide(
            "epidural-steroid-injection",
            _("A shot of medicine into the space around the nerves of the spine, to calm swelling."),
            (
                Source(
                    "Oliveira et al. Epidural corticosteroid injections for lumbosacral radicular pain. Cochrane "
                    "Database of Systematic Reviews 2020, CD013577",
                    Read.SUMMARY,
                    "https://rehabilitation.cochrane.org/epidural-corticosteroid-injections-lumbosacral-radicular-pain",
                    "https://doi.org/10.1002/14651858.CD013577",
                ),
                Source(
                    "Epidural corticosteroid injections for lumbosacral radicular pain. American Family Physician "
                    "2021;103(7):405-406",
                    Read.PAGE,
                    "https://www.aafp.org/afp/2021/0401/p405.html",
                    "https://www.aafp.org/afp/2021/0401/p405.html",
                ),
                EPIDURALS_AAN,
                BMJ_GUIDELINE,
                BMJ_ANSWERS,
                FDA_STEROIDS,
                Source(
                    "Johns Hopkins Medicine, Blaustein Pain Treatment Center. Epidural steroid injections",
                    Read.PAGE,
                    "https://anesthesiology.hopkinsmedicine.org/pain-medicine-and-pain-research/blaustein-pain-treatment-center/epidural-steroid-injections/",
                    "https://anesthesiology.hopkinsmedicine.org/pain-medicine-and-pain-research/blaustein-pain-treatment-center/epidural-steroid-injections/",
                ),
                AFTER_PROCEDURE,
                BLOOD_THINNERS,
            ),
            SHORT,
        ),
        Guide(
            "radiofrequency-ablation",
            _("Heat from a needle that dulls the small nerves of a painful joint for some time."),
            (
                Source(
                    "Juch JNS et al. Effect of radiofrequency denervation on pain intensity among patients with "
                    "chronic low back pain: the Mint randomized clinical trials. JAMA 2017;318(1):68-81",
                    Read.SUMMARY,
                    "https://pubmed.ncbi.nlm.nih.gov/28672319/",
                    "https://doi.org/10.1001/jama.2017.7918",
                ),
                Source(
                    "Maas ET et al. Radiofrequency denervation for chronic low back pain. Cochrane Database of "
                    "Systematic Reviews 2015, CD008572",
                    Read.SUMMARY,
                    "https://www.cochranelibrary.com/cdsr/doi/10.1002/14651858.CD008572.pub2/abstract",
                    "https://doi.org/10.1002/14651858.CD008572.pub2",
                ),
                FACET_CONSENSUS,
                BMJ_GUIDELINE,
                BMJ_ANSWERS,
                Source(
                    "StatPearls. Ablative nerve block",
                    Read.PAGE,
                    "https://statpearls.com/ArticleLibrary/viewarticle/25734",
                    "https://statpearls.com/ArticleLibrary/viewarticle/25734",
                ),
                Source(
                    "restorepdx.com. Radiofrequency ablation: what a clinic tells its patients",
                    Read.PAGE,
                    "https://www.restorepdx.com/non-surgical-orthopedics/radiofrequency-ablation/",
                ),
                AFTER_PROCEDURE,
                BLOOD_THINNERS,
            ),
            SHORT,
        ),
        Guide(
            "spinal-cord-stimulation",
            _("A small device under the skin that sends weak electric pulses to the spinal cord."),
            (
                Source(
                    "Traeger AC et al. Spinal cord stimulation for low back pain. Cochrane Database of Systematic "
                    "Reviews 2023, CD014789",
                    Read.SUMMARY,
                    "http://dx.doi.org/10.1002/14651858.cd014789.pub2",
                    "https://doi.org/10.1002/14651858.CD014789.pub2",
                ),
                Source(
                    "ElSaban M et al. Physical functioning following spinal cord stimulation: a systematic review "
                    "and meta-analysis. Regional Anesthesia and Pain Medicine 2023;48(6):302",
                    Read.SUMMARY,
                    "https://rapm.bmj.com/content/48/6/302.full.txt",
                    "https://rapm.bmj.com/content/48/6/302",
                ),
                Source(
                    "U.S. Food and Drug Administration. Conduct a trial stimulation period before implanting a "
                    "spinal cord stimulator: letter to health care providers, September 3, 2020",
                    Read.COPY,
                    "https://www.einpresswire.com/article/525459677/conduct-a-trial-stimulation-period-before-implanting-a-spinal-cord-stimulator-scs-letter-to-health-care-providers",
                    "https://www.fda.gov/medical-devices/letters-health-care-providers/conduct-trial-stimulation-period-implanting-spinal-cord-stimulator-scs-letter-health-care-providers",
                ),
                Source(
                    "FDA: stimulation trial should be performed before implanting SCS for pain. Medical Bag, 2020 "
                    "(summary of that letter)",
                    Read.PAGE,
                    "https://www.medicalbag.com/home/medicine/fda-stimulation-trial-should-be-performed-before-implanting-scs-for-pain/",
                ),
                Source(
                    "Baranidharan G et al. Pocket pain, does location matter: a single-centre retrospective study of "
                    "patients implanted with a spinal cord stimulator. Regional Anesthesia and Pain Medicine "
                    "2020;45:891",
                    Read.SUMMARY,
                    "https://rapm.bmj.com/content/45/11/891",
                    "https://rapm.bmj.com/content/45/11/891",
                ),
                Source(
                    "Weill Cornell Medicine. Spinal cord stimulation",
                    Read.PAGE,
                    "https://comprehensivespine.weillcornell.org/treatments/spinal-cord-stimulation",
                    "https://comprehensivespine.weillcornell.org/treatments/spinal-cord-stimulation",
                ),
                BLOOD_THINNERS,
            ),
            SHORT,
        ),
        Guide(
            "facet-joint-injection",
            _("A shot into one of the small joints at the back of the spine."),
            (
                FACET_CONSENSUS,
                BMJ_GUIDELINE,
                BMJ_ANSWERS,
                Source(
                    "Cedars-Sinai. Facet block/injection patient information",
                    Read.PAGE,
                    "https://www.cedars-sinai.org/programs/imaging-center/exams/interventional-neuroradiology/facet-selective-nerve-root-block/information.html",
                    "https://www.cedars-sinai.org/programs/imaging-center/exams/interventional-neuroradiology/facet-selective-nerve-root-block/information.html",
                ),
                Source(
                    "Guy’s and St Thomas’ NHS Foundation Trust. Facet joint medial branch blocks for diagnosing pain "
                    "(on the joints, and on risks)",
                    Read.PAGE,
                    "https://guysandstthomas.nhs.uk/health-information/facet-joint-medial-branch-blocks-diagnosing-pain",
                    "https://guysandstthomas.nhs.uk/health-information/facet-joint-medial-branch-blocks-diagnosing-pain",
                ),
                AFTER_PROCEDURE,
                BLOOD_THINNERS,
            ),
            SHORT,
        ),
        Guide(
            "medial-branch-block",
            _("A test: small nerves of the spine are made numb for some hours to see whether the pain goes."),
            (
                FACET_CONSENSUS,
                Source(
                    "UCI Health. Medial branch blocks",
                    Read.PAGE,
                    "https://ucihealth.org/medical-services/pain-wellness-center/medial-branch-blocks",
                    "https://ucihealth.org/medical-services/pain-wellness-center/medial-branch-blocks",
                ),
                Source(
                    "Guy’s and St Thomas’ NHS Foundation Trust. Facet joint medial branch blocks for diagnosing pain",
                    Read.PAGE,
                    "https://guysandstthomas.nhs.uk/health-information/facet-joint-medial-branch-blocks-diagnosing-pain",
                    "https://guysandstthomas.nhs.uk/health-information/facet-joint-medial-branch-blocks-diagnosing-pain",
                ),
                Source(
                    "Juch JNS et al. Effect of radiofrequency denervation on pain intensity among patients with "
                    "chronic low back pain: the Mint randomized clinical trials. JAMA 2017;318(1):68-81 (what came "
                    "after a block that helped)",
                    Read.SUMMARY,
                    "https://pubmed.ncbi.nlm.nih.gov/28672319/",
                    "https://doi.org/10.1001/jama.2017.7918",
                ),
                BLOOD_THINNERS,
            ),
            SHORT,
        ),
        Guide(
            "sacroiliac-joint-injection",
            _("A shot into the joint where the spine meets the pelvis."),
            (
                Source(
                    "A review of sacroiliac joint pain and its treatment, Tzu Chi Medical Journal (PMC6905244)",
                    Read.SUMMARY,
                    "https://pmc.ncbi.nlm.nih.gov/articles/PMC6905244/",
                    "https://pmc.ncbi.nlm.nih.gov/articles/PMC6905244/",
                ),
                Source(
                    "Prather H, Bonnette M, Hunt D. Nonoperative treatment options for patients with sacroiliac "
                    "joint pain. International Journal of Spine Surgery 2020;14(s1):S35",
                    Read.SUMMARY,
                    "http://www.ijssurgery.com/content/14/s1/S35.full.txt",
                    "https://www.ijssurgery.com/content/14/s1/S35",
                ),
                Source(
                    "Scholten PM et al. Short-term efficacy of sacroiliac joint corticosteroid injection based on "
                    "arthrographic contrast patterns. PM&R 2014;7(4):385-391",
                    Read.SUMMARY,
                    "https://pmc.ncbi.nlm.nih.gov/articles/PMC4696761",
                    "https://doi.org/10.1016/j.pmrj.2014.10.007",
                ),
                BMJ_GUIDELINE,
                BMJ_ANSWERS,
                Source(
                    "Radiology spine injection doctors, UW Hospital. Sacroiliac joint injection: slides for patients",
                    Read.PAGE,
                    "https://slideplayer.com./amp/5742683",
                ),
                AFTER_PROCEDURE,
                BLOOD_THINNERS,
            ),
            SHORT,
        ),
        Guide(
            "kyphoplasty",
            _("Bone cement is put into a broken bone of the spine to make it firm."),
            (
                Source(
                    "Buchbinder R et al. Percutaneous vertebroplasty for osteoporotic vertebral compression "
                    "fracture. Cochrane Database of Systematic Reviews 2018, CD006349",
                    Read.SUMMARY,
                    "https://cochranelibrary.com/cdsr/doi/10.1002/14651858.CD006349.pub4/full",
                    "https://doi.org/10.1002/14651858.CD006349.pub4",
                ),
                Source(
                    "Sanli I et al. Percutaneous cement augmentation in the treatment of osteoporotic vertebral "
                    "fractures (OVFs) in the elderly: a systematic review. European Spine Journal 2020;29:1553-1572",
                    Read.SUMMARY,
                    "https://sogacot.org/articulos/percutaneous-cement-augmentation-in-the-treatment-of-osteoporotic-vertebral-fractures-ovfs-in-the-elderly-a-systematic-review",
                    "https://doi.org/10.1007/s00586-020-06391-x",
                ),
                Source(
                    "Interventional treatments for acute and chronic pain: systematic review. Summary at "
                    "multiplechronicconditions.org",
                    Read.PAGE,
                    "https://multiplechronicconditions.org/healthcare-professionals/interventional-treatments-for-acute-and-chronic-pain-systematic-review/",
                ),
                Source(
                    "Chandra RV et al. Vertebroplasty and kyphoplasty for osteoporotic vertebral fractures: what are "
                    "the latest data? American Journal of Neuroradiology 2018;39(5):798-806",
                    Read.SUMMARY,
                    "https://pmc.ncbi.nlm.nih.gov/articles/PMC7410658",
                    "https://doi.org/10.3174/ajnr.A5458",
                ),
                Source(
                    "A study of the complications of bone cement in 372 patients (PMC3395994)",
                    Read.SUMMARY,
                    "https://pmc.ncbi.nlm.nih.gov/articles/PMC3395994",
                    "https://pmc.ncbi.nlm.nih.gov/articles/PMC3395994/",
                ),
                Source(
                    "National Institute for Health and Care Excellence (NICE). Balloon kyphoplasty, IPG166, "
                    "information for the public: risks and possible problems",
                    Read.PAGE,
                    "https://www.nice.org.uk/guidance/ipg166/ifp/chapter/Risks-and-possible-problems-with-the-procedure",
                    "https://www.nice.org.uk/guidance/ipg166/ifp/chapter/Risks-and-possible-problems-with-the-procedure",
                ),
                Source(
                    "Pain Medicine Specialists of Arkansas. Kyphoplasty: what a clinic tells its patients",
                    Read.PAGE,
                    "https://painmedicinespecialistsofarkansas.com/treatments/kyphoplasty/",
                ),
                BLOOD_THINNERS,
            ),
            SHORT,
        ),
        Guide(
            "intrathecal-pump",
            _("A pump under the skin that sends small amounts of pain medicine into the fluid around the spinal cord."),
            (
                Source(
                    "U.S. Food and Drug Administration. Use caution with implanted pumps for intrathecal "
                    "administration of medicines for pain management: safety communication, November 14, 2018",
                    Read.COPY,
                    "https://www.asahq.org/advocacy-and-asapac/fda-and-washington-alerts/fda-alerts/2018/11/implanted-pumps-safety-communication---use-caution-when-selecting-pain-medicine-for-intrathecal-administration",
                    "https://psnet.ahrq.gov/issue/fda-safety-communication-use-caution-implanted-pumps-intrathecal-administration-medicines",
                ),
                Source(
                    "Falco FJE et al. Intrathecal infusion systems for long-term management of chronic non-cancer "
                    "pain: an update of assessment of evidence. Pain Physician 2013;16:SE185-SE216",
                    Read.SUMMARY,
                    "http://painphysicianjournal.com/current/abstracts?article=MTg4MA%3D%3D&journal=74",
                ),
                Source(
                    "Hayes C et al. Ceasing intrathecal therapy in chronic non-cancer pain: an invitation to shift "
                    "from biomedical focus to active management. PLOS ONE 2012;7(11):e49124",
                    Read.SUMMARY,
                    "https://pmc.ncbi.nlm.nih.gov/articles/PMC3493492",
                    "https://doi.org/10.1371/journal.pone.0049124",
                ),
                Source(
                    "Clavisi O et al. Implantable pain therapies: intrathecal infusions. Research report "
                    "115-0415-R03, Monash University, 2015 (plain language summary)",
                    Read.SUMMARY,
                    "https://fr.scribd.com/document/272247787/115-Implantable-Pain-Therapies-Intrathecal-Infusions-pdf",
                ),
                Source(
                    "A review of celiac plexus block and intrathecal therapy for pain from pancreatic cancer. "
                    "Cancers 2011;3(1):43-60",
                    Read.SUMMARY,
                    "https://pmc.ncbi.nlm.nih.gov/articles/PMC3756348",
                    "https://doi.org/10.3390/cancers3010043",
                ),
                Source(
                    "Safety tips for refilling implanted pumps. April 2004, volume 34, number 4 (beginning only)",
                    Read.SUMMARY,
                    "http://nursingcenter.com/JournalArticle?Article_ID=497156&Journal_ID=54016&Issue_ID=497116",
                ),
                Source(
                    "michiganpain.com. Intrathecal pump: what a clinic tells its patients",
                    Read.PAGE,
                    "http://www.michiganpain.com/treatments/intrathecal-pump/",
                ),
                BLOOD_THINNERS,
            ),
            SHORT,
        ),
        Guide(
            "trigger-point-injection",
            _("A shot into a tight, tender knot in a muscle."),
            (
                Source(
                    "Scott NA et al. Trigger point injections for chronic non-malignant musculoskeletal pain: a "
                    "systematic review. Pain Medicine",
                    Read.SUMMARY,
                    "https://academic.oup.com/painmedicine/article/doi/10.1111/j.1526-4637.2008.00526.x/1835487/Trigger-Point-Injections-for-Chronic-Non-Malignant",
                    "https://doi.org/10.1111/j.1526-4637.2008.00526.x",
                ),
                Source(
                    "Ting K, Huh A, Roldan CJ. Review of trigger point therapy for the treatment of myofascial pain "
                    "syndromes. anesthesioljournal.com",
                    Read.SUMMARY,
                    "https://www.anesthesioljournal.com/articles/review-of-trigger-point-therapy-for-the-treatment-of-myofascial-pain-syndromes.html",
                    "https://www.anesthesioljournal.com/articles/review-of-trigger-point-therapy-for-the-treatment-of-myofascial-pain-syndromes.html",
                ),
                Source(
                    "Climenhage BP et al. Bilateral pneumothoraces after trigger point injection therapy: a case "
                    "report. Florida College of Emergency Physicians, 2023",
                    Read.SUMMARY,
                    "https://fcep.org/bilateral-pneumothoraces-after-trigger-point-injection-therapy-a-case-report/",
                    "https://fcep.org/bilateral-pneumothoraces-after-trigger-point-injection-therapy-a-case-report/",
                ),
                Source(
                    "Guy’s and St Thomas’ NHS Foundation Trust. Trigger point injections to treat pain",
                    Read.PAGE,
                    "https://guysandstthomas.nhs.uk/health-information/trigger-point-injections-treat-pain",
                    "https://guysandstthomas.nhs.uk/health-information/trigger-point-injections-treat-pain",
                ),
                Source(
                    "Trigger point injections: what to expect. Patient Care",
                    Read.PAGE,
                    "https://patientcareonline.com/view/trigger-point-injectionswhat-expect",
                    "https://patientcareonline.com/view/trigger-point-injectionswhat-expect",
                ),
                BLOOD_THINNERS,
            ),
            SHORT,
        ),
        Guide(
            "sympathetic-block",
            _("A shot near a bundle of nerves that control blood flow and sweat, in the neck, low back or belly."),
            (
                Source(
                    "O’Connell NE et al. Local anaesthetic sympathetic blockade for complex regional pain syndrome. "
                    "Cochrane Database of Systematic Reviews 2016, CD004598",
                    Read.SUMMARY,
                    "https://www.cochrane.org/CD004598/SYMPT_local-anaesthetic-sympathetic-blockade-complex-regional-pain-syndrome",
                    "https://www.cochrane.org/CD004598/SYMPT_local-anaesthetic-sympathetic-blockade-complex-regional-pain-syndrome",
                ),
                Source(
                    "Celiac plexus block for pancreatic cancer pain in adults. Cochrane Database of Systematic "
                    "Reviews 2011, CD007519",
                    Read.SUMMARY,
                    "https://evidence.unboundmedicine.com/evidence/view/Cochrane/434879/all/Celiac_plexus_block_for_pancreatic_cancer_pain_in_adults",
                    "https://doi.org/10.1002/14651858.CD007519.pub2",
                ),
                Source(
                    "Johns Hopkins Medicine, Blaustein Pain Treatment Center. Stellate nerve block",
                    Read.PAGE,
                    "https://anesthesiology.hopkinsmedicine.org/pain-medicine-and-pain-research/blaustein-pain-treatment-center/stellate-nerve-block",
                    "https://anesthesiology.hopkinsmedicine.org/pain-medicine-and-pain-research/blaustein-pain-treatment-center/stellate-nerve-block",
                ),
                Source(
                    "Deaconess Hospital. Sympathetic nerve block",
                    Read.PAGE,
                    "http://www.deaconess.com/DeaconessHospital/Our-Services/Related-Services/Comprehensive-Pain-Care/Our-Services/Pain-Management-Services/Sympathetic-Nerve-Block.aspx",
                ),
                BLOOD_THINNERS,
            ),
            SHORT,
        ),
        Guide(
            "peripheral-nerve-block",
            _("A shot of numbing medicine beside one nerve outside the spine, such as at the back of the head."),
            (
                Source(
                    "Assessing the effectiveness of greater occipital nerve block in chronic migraine: a systematic "
                    "review and meta-analysis. BMC Neurology 2024",
                    Read.SUMMARY,
                    "https://bmcneurol.biomedcentral.com/articles/10.1186/s12883-024-03834-6",
                    "https://doi.org/10.1186/s12883-024-03834-6",
                ),
                Source(
                    "Efficacy and safety of greater occipital nerve block for the treatment of cervicogenic "
                    "headache: a systematic review. Expert Review of Neurotherapeutics 2021;21(5):591-597",
                    Read.SUMMARY,
                    "https://proxy.weglot.com/ (its copy of pubmed.ncbi.nlm.nih.gov/33709864)",
                    "https://doi.org/10.1080/14737175.2021.1903320",
                ),
                Source(
                    "A study of occipital nerve blocks in 44 people, without a comparison group, Vilnius (PMC6130929)",
                    Read.SUMMARY,
                    "https://pmc.ncbi.nlm.nih.gov/articles/PMC6130929",
                    "https://pmc.ncbi.nlm.nih.gov/articles/PMC6130929/",
                ),
                Source(
                    "McGough S, Fernandes L, Idrovo L. Peripheral nerve blocks for primary and secondary headache "
                    "disorders: review of current evidence and a practical approach. Journal of Oral & Facial Pain "
                    "and Headache 2026;40(1):25-31",
                    Read.SUMMARY,
                    "https://www.jofph.com/articles/10.22514/jofph.2026.002",
                    "https://doi.org/10.22514/jofph.2026.002",
                ),
                Source(
                    "Tameside and Glossop Integrated Care NHS Foundation Trust. Greater occipital nerve block for "
                    "non acute pain, patient information leaflet, January 2020",
                    Read.PAGE,
                    "https://www.scribd.com/document/498569968/Greater-Occipital-Nerve-Block",
                ),
                BLOOD_THINNERS,
            ),
            SHORT,
        ),
    )
}

# Not a procedure, but written and reviewed like one: /about/choosing/.
CHOOSING = Guide(
    "choosing",
    _("What to ask, where to check a license and a certification, and what to bring. Take what helps you."),
    (
        Source(
            "American Board of Medical Specialties. Certification Matters: frequent questions",
            Read.PAGE,
            "https://www.certificationmatters.org/faqs/",
            "https://www.certificationmatters.org/faqs/",
        ),
        Source(
            "Federation of State Medical Boards. Information for consumers",
            Read.PAGE,
            "https://www.fsmb.org/u.s.-medical-regulatory-trends-and-actions/guide-to-medical-regulation-in-the-united-states/information-for-consumers/",
            "https://www.fsmb.org/u.s.-medical-regulatory-trends-and-actions/guide-to-medical-regulation-in-the-united-states/information-for-consumers/",
        ),
        Source(
            "Federation of State Medical Boards. DocInfo: physician information made easy, 2015",
            Read.COPY,
            "https://www.afscmeinfocenter.org/blog/2015/08/docinfo-physician-information-made-easy.htm",
            "https://www.docinfo.org/",
        ),
        Source(
            "American Board of Emergency Medicine. Pain Medicine (which boards certify in it)",
            Read.PAGE,
            "http://www.abem.org/public/news-notices-exam-dates-fees/other-news-announcements/pain-medicine",
        ),
        Source(
            "Buenaventura RM et al. The qualifications of pain physicians in Ohio. Anesthesia & Analgesia 2005",
            Read.SUMMARY,
            "http://journals.lww.com/anesthesia-analgesia/Fulltext/2005/06000/The_Qualifications_of_Pain_Physicians_in_Ohio.36.aspx",
            "https://doi.org/10.1213/01.ANE.0000152185.81114.01",
        ),
        Source(
            "Agency for Healthcare Research and Quality. Talk with your doctor (archived)",
            Read.PAGE,
            "https://cybercemetery.unt.edu/archive/oilspill/20121008013625/http://www.ahrq.gov/consumer/diaginf4.htm",
            "https://cybercemetery.unt.edu/archive/oilspill/20121008013625/http://www.ahrq.gov/consumer/diaginf4.htm",
        ),
        Source(
            "Preparing for your second-opinion visit. Los Angeles Times, February 15, 1999",
            Read.PAGE,
            "https://www.latimes.com/archives/la-xpm-1999-feb-15-he-8297-story.html",
            "https://www.latimes.com/archives/la-xpm-1999-feb-15-he-8297-story.html",
        ),
    ),
    (
        Section("questions", _("Questions to ask")),
        Section("bring", _("What to bring")),
        Section("check", _("License and board certification")),
        Section("many", _("How many do they do?")),
        Section("second", _("A second opinion")),
        Section("slow", _("Reasons to slow down")),
        SOURCES,
    ),
)
