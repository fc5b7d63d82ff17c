"""The words from which people, clinics and addresses are made. All combinations are meant to belong to nobody."""

from typing import NamedTuple


class People(NamedTuple):
    """Names that go together, and a language that some of these people speak besides English."""

    weight: int
    languages: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PEOPLE = (
    People(
        46,
        ("es", "fr", "de", "ase"),
        _words(
            "Abigail Adele Audrey Beatrice Bridget Carolyn Celia Constance Daphne Deborah Edith Eleanor Fiona Frances "
            "Gwendolyn Harriet Imogen Josephine Judith Katherine Lorna Lydia Margaret Marjorie Miriam Naomi Nora "
            "Phyllis Rosalind Ruth Sylvia Tabitha Ursula Vivian Winifred"
        ),
        _words(
            "Alistair Ambrose Barnaby Bertram Calvin Cedric Clifford Conrad Desmond Duncan Edmund Ellis Everett Felix "
            "Gilbert Gordon Harvey Howard Hugh Ivor Jasper Leland Linus Malcolm Nathaniel Neville Oscar Percy Quentin "
            "Roland Rupert Silas Theodore Vernon Walter"
        ),
        _words(
            "Abernethy Amundsen Ashdown Barrowman Beckwith Birdsall Brackenbury Calloway Carrowell Coldwater Colquitt "
            "Dalrymple Dunmore Eastlake Ellingsworth Fairweather Farquharson Fennimore Gadsby Greenhalgh Hallowell "
            "Hardcastle Hazelwood Heathcote Inglewood Jellicoe Kettering Kirkbride Langdale Lindqvist Longacre "
            "Marchbanks Merriweather Netherby Oakhurst Oldfather Pemberley Penhallow Quarrington Ravenhill Rosewater "
            "Sedgewick Silverthorn Stallworth Tankersley Thistlewood Underhill Vandermolen Waddington Wetherall "
            "Whitcombe Winterbourne Yarborough Zennorby"
        ),
    ),
    People(
        8,
        ("fr", "es"),
        _words("Aaliyah Denise Ebony Imani Keisha Latoya Monique Nia Shanice Tamika Yolanda Zora"),
        _words("Andre Cedric Darnell Demetrius Isaiah Jamal Lamar Marcus Reginald Terrence Tyrone Xavier"),
        _words(
            "Beauchamp Boatwright Broadnax Cheeks Culpepper Dandridge Easterling Fontenot Gathers Hollingshed "
            "Jeffcoat Mayfield Poindexter Rainwater Streeter Toussaint Weatherspoon Witherspoon-Lane"
        ),
    ),
    People(
        14,
        ("es",),
        _words(
            "Ana Beatriz Carmen Catalina Dolores Elena Esperanza Graciela Inés Jimena Lucía Marisol Mercedes Paloma "
            "Pilar Rocío Soledad Teresa Valentina Ximena"
        ),
        _words(
            "Alejandro Álvaro Andrés Benito Camilo Emilio Esteban Fermín Gonzalo Héctor Ignacio Joaquín Lisandro "
            "Mateo Nicolás Octavio Rafael Rodrigo Santiago Tomás"
        ),
        _words(
            "Alcántara Arroyave Barragán Belmonte Calderilla Cienfuegos Echeverría Escamilla Fuenmayor Galarza "
            "Huerta Ibarrola Larrazábal Machuca Montemayor Nevárez Olivarría Peñaloza Quiñonero Rentería Sandoval "
            "Tejada Urrutia Valderrama Villaseñor Zamarripa"
        ),
    ),
    People(
        13,
        ("hi", "gu", "ta", "te", "pa", "ur", "bn"),
        _words("Aditi Anjali Deepa Gauri Kavita Lakshmi Meera Nandini Pooja Priya Radhika Shalini Sunita Vidya"),
        _words("Amit Anand Arjun Deepak Girish Harish Karthik Manoj Naveen Prakash Rajesh Sanjay Suresh Vikram"),
        _words(
            "Acharekar Bhattathiri Chakravorty Deshpande Dhaliwal Gaekwad Iyengar Jhaveri Kulkarni Majumdar Namboodiri "
            "Oberoi Parikh Raghunathan Saldanha Shroff Talwalkar Upadhyaya Venkataraghavan Wadhwani"
        ),
    ),
    People(
        7,
        ("zh", "yue", "vi", "ko", "ja"),
        _words("Bao Hana Hui Jia Kim-Ly Lan Linh Mei Min-Ji Naoko Ngoc Seo-Yeon Thuy Xiu Yuki"),
        _words("Akira Binh Dae-Jung Duc Haruto Hoang Jian Kenji Liang Minh Quang Sung-Ho Tuan Wei Zhi"),
        _words(
            "Bui Cheung Dang Fujimura Hayakawa Hwang Kagawa Kwon Luong Nakashima Ouyang Quach Seong Shimabukuro Tsang "
            "Truong Vuong Xiang Yeung Zhuang"
        ),
    ),
    People(
        6,
        ("ar", "fa", "ur"),
        _words("Amina Dalia Farah Hala Laleh Layla Mahsa Nadia Rania Samira Shirin Yasmin"),
        _words("Adel Bahram Farid Hani Karim Khalil Nabil Omid Rashid Samir Tariq Ziad"),
        _words(
            "Abouzeid Bakhtiari Darwazeh Esfandiari Ghorbani Haddadin Jaziri Kanafani Mansouri Nakhleh Rahbar "
            "Shahidi Tabrizi Zarrabi"
        ),
    ),
    People(
        4,
        ("fr", "ht", "pt"),
        _words("Abena Adaeze Amara Chidinma Efua Folake Mireille Ngozi Nkechi Rosemonde Sade Wanjiru"),
        _words("Babatunde Chukwudi Emeka Ifeanyi Jean-Robert Kofi Kwabena Obinna Oluwaseun Segun Wilner Yaw"),
        _words(
            "Achebong Adeyinka Agyekum Balogun-Reed Desrosiers Ekwueme Gyasi Ikpeazu Kamaraju Mbanefo Nwachukwu "
            "Okonjoh Oyelaran Pierre-Saint Tadessa Wachira"
        ),
    ),
    People(
        2,
        ("tl",),
        _words("Amihan Corazon Imelda Ligaya Luzviminda Maricel Rosario Tala"),
        _words("Arnel Danilo Efren Jovito Renato Rodel Virgilio Wilfredo"),
        _words("Abadilla Bautista-Cruz Catacutan Dimaculangan Gatdula Lacsamana Magsino Panganiban Sumulong"),
    ),
    People(
        10,
        ("ru", "pl", "uk", "it", "de"),
        _words("Agnieszka Anneliese Bianca Chiara Daria Francesca Ingrid Katarzyna Larysa Oksana Svetlana Zofia"),
        _words("Bogdan Dmytro Enzo Gunther Jerzy Lorenzo Marek Oleksandr Pietro Ruslan Stanislaw Yevhen"),
        _words(
            "Antonescu Baranowski Castellani DiMarcello Dombrovsky Ehrenfeld Fiorentini Grabowska-Hill Hrytsenko "
            "Jankowiak Kowalchuk Lombardelli Marchenkov Novakovsky Ostrander Pellegrinetti Rademacher Sidorchuk "
            "Trevisani Volkmann Wisniewska Zielinskaya"
        ),
    ),
)

# Invented place words: no clinic is known by them.
CLINIC_BEGINNINGS = _words(
    "Alder Amber Aspen Birch Bramble Brindle Clover Copper Cinder Elder Ember Fallow Fern Flint Gorse Hawthorn Hazel "
    "Heron Juniper Larch Laurel Linden Lupine Marl Moss Otter Pebble Plover Quill Rowan Russet Sable Sedge Sorrel "
    "Tansy Teasel Thrush Umber Willow Wren"
)
CLINIC_ENDINGS = _words(
    "beck brook combe dell fell fen field ford garth gate holt lea march mere moor ridge stead wick"
)
CLINIC_KINDS = (
    "Pain Center",
    "Pain Clinic",
    "Spine and Pain",
    "Interventional Pain",
    "Pain Institute",
    "Pain and Rehabilitation",
    "Pain Associates",
    "Back and Nerve Clinic",
)

STREETS = _words("Example Sample Placeholder Specimen Model Fictional Imaginary Pretend")
STREET_KINDS = _words("Parkway Avenue Street Road Lane Drive Way Court Boulevard Bend Crossing Terrace")
SITE_NAMES = _words("Main North South East West Downtown Riverside Lakeside")

REQUIREMENTS = (
    "An MRI of your lower back, not older than 12 months. If you take a blood thinner: a word from the doctor who "
    "prescribes it.",
    "An MRI or CT of the painful part, and a letter from the doctor who treats you now.",
    "A steroid injection that did not help enough. Many plans ask for this too.",
    "A first visit, so that we can look at your pictures together. Bring someone to drive you home on the day.",
)

# One or more of each state's own area codes; with 555-01xx, which is kept for fiction, they reach nobody.
AREA_CODES = {
    "AK": "907", "AL": "205 251", "AR": "501 479", "AZ": "602 520", "CA": "213 415 619 916", "CO": "303 719",
    "CT": "203 860", "DC": "202", "DE": "302", "FL": "305 407 813", "GA": "404 912", "HI": "808", "IA": "515 319",
    "ID": "208", "IL": "312 217", "IN": "317 219", "KS": "316 785", "KY": "502 606", "LA": "504 318", "MA": "617 413",
    "MD": "410 301", "ME": "207", "MI": "313 616", "MN": "612 218", "MO": "314 816", "MS": "601 662", "MT": "406",
    "NC": "704 919", "ND": "701", "NE": "402 308", "NH": "603", "NJ": "201 609", "NM": "505 575", "NV": "702 775",
    "NY": "212 518 716", "OH": "216 513 614", "OK": "405 918", "OR": "503 541", "PA": "215 412 717", "PR": "787",
    "RI": "401", "SC": "803 843", "SD": "605", "TN": "615 901", "TX": "214 713 806", "UT": "801", "VA": "804 703",
    "VT": "802", "WA": "206 509", "WI": "414 608", "WV": "304", "WY": "307",
}  # fmt: skip
