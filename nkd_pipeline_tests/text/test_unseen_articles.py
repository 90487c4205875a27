"""Articles unlike those that the rules grew with: messy shop texts through the whole chain, and what a sketch draws of sets."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nkd_pipeline.stage import RowError
from nkd_pipeline_tests.text.rows import attributes, prompt

CASES = [
    pytest.param(
        {"name": "Herren-Funktions-Tanktop", "model_descr": "solid,mesh back,neon yellow"},
        ["men's", "sports tank top", "neon yellow", "mesh"],
        [],
        id="what is for sports says so whatever the garment",
    ),
    pytest.param({"name": "Damen-Leggings mit hohem Bund"}, ["leggings", "high waist"], ["wide waistband"], id="a high waistband is a high waist"),
    pytest.param(
        {"name": "Baby-Strampler", "description": "Druckknöpfe erleichtern das Wickeln."},
        ["baby romper", "snap"],
        ["wrap"],
        id="changing a baby is no wrap closure",
    ),
    pytest.param(
        {"name": "HOODIE", "description": "BOXY CUT, LETTERING AUF DER FRONT, KÄNGURUTASCHE."},
        ["hoodie", "kangaroo pocket"],
        ["auf der front"],
        id="a text in capitals throughout is no lettering",
    ),
    pytest.param({"name": "Palazzohose mit Bügel- und Bundfalten"}, ["wide-leg trousers", "pleats"], ["underwired"], id="pressed, not underwired"),
    pytest.param({"name": "Parka mit Kunstfellbesatz"}, ["faux fur trim"], ["fur fur"], id="no word twice"),
    pytest.param({"name": "Kimono mit Blütenprint", "gender": "women"}, ["women's", "kimono", "floral"], ["bathrobe"], id="a kimono is worn outside"),
    pytest.param({"name": "Lederhose Skinny", "gender": "damen"}, ["leather trousers", "skinny"], ["lederhosen", "bavarian"], id="leather trousers"),
    pytest.param({"name": "Trachten-Lederhose kurz"}, ["lederhosen"], [], id="lederhosen"),
    pytest.param(
        {"name": "Damen-Nachthemd mit Spitze", "model_descr": "rosa, satin, spitze"},
        ["made of satin", "lace"],
        ["made of lace", "lace and satin"],
        id="lace beside satin is a trim",
    ),
    pytest.param({"name": "Etuikleid aus Spitze"}, ["made of lace"], [], id="lace alone is the dress"),
    pytest.param({"name": "Pumps mit Blockabsatz aus Velours"}, ["made of suede", "block heel"], ["suede block heel"], id="the shoe's suede"),
    pytest.param(
        {"name": "Keilsandalette", "description": "Sandalette mit Riemchen in Gold und Keilabsatz."},
        ["wedge heel"],
        ["on the wedge"],
        id="a list of colours ends at a thing",
    ),
    pytest.param(
        {"name": "Damen-Hose", "description": "Hat Schlitze am Beinsaum und zwei aufgesetzte Taschen hinten."},
        ["slits on the leg openings", "patch pockets at the back"],
        ["and back"],
        id="a list of places ends at a number",
    ),
    pytest.param({"name": "Clutch mit Kroko-Prägung"}, ["clutch bag", "crocodile-embossed"], ["snake"], id="embossed leather is no snake print"),
    pytest.param({"name": "Gürtel", "description": "Im Leoparden-Look."}, ["leopard print"], ["showing leopard"], id="a look is no motif"),
    pytest.param({"name": "Chemise rayée bleue homme"}, ["men's", "striped shirt", "in blue"], ["light blue"], id="French blue"),
    pytest.param({"name": "Schlafanzug", "description": "Langarm-Oberteil und gestreifte Hose."}, ["long sleeves", "striped"], [], id="of two parts"),
    pytest.param({"name": "Sonnenbrille Havana", "gender": "unisex"}, ["unisex", "sunglasses", "tortoiseshell"], [], id="a frame's pattern"),
    pytest.param({"name": "Herren-Kurzarm-Hemd", "description": "Hemd mit Reverskragen."}, ["cuban collar"], ["lapel"], id="a shirt's lapels"),
    pytest.param(
        {"name": "Lederhandschuhe mit Kaschmirfutter", "color": "schwarz"},
        ["gloves", "made of leather"],
        ["cashmere"],
        id="only the lining's material is hidden",
    ),
    pytest.param({"name": "Mantel aus Wolle", "description": "Futter: 100% Polyester."}, ["made of wool,"], ["polyester"], id="a lining's list"),
    pytest.param({"name": "T-Shirt mit Wolf-Motiv auf der Brust"}, ["print on the chest showing wolf"], [], id="where a motif is"),
    pytest.param({"name": "Polo", "model_descr": "mel,side panel solid,green"}, ["green melange", "plain side"], ["plain polo"], id="a plain part"),
    pytest.param({"name": "Lederjacke Biker"}, ["leather"], ["bicycle"], id="a biker is no bicycle"),
    pytest.param({"name": "Kleid", "description": "- Alloverprint Blumen"}, ["flower"], [], id="a motif beside an all-over print"),
    pytest.param({"name": "Baby-Mädchen-Spieler mit Blümchen"}, ["baby girls'", "romper", "floral"], [], id="what babies play in"),
    pytest.param({"name": "Bluse mit Crinkle-Struktur", "color": "uni rot"}, ["plain textured"], ["textured plain"], id="plain first"),
]


@pytest.mark.parametrize(("texts", "said", "unsaid"), CASES)
def test_prompts_of_unseen_articles(texts, said, unsaid):
    text = prompt(**texts).prompt
    assert [words for words in said if words not in text] == []
    assert [words for words in unsaid if re.search(rf"\b{words}\b", text.lower())] == []


@pytest.mark.parametrize(
    ("texts", "garment", "kind"),
    [
        pytest.param({"name": "T-Shirt-Set"}, "t-shirt set", "t-shirt", id="named by its piece"),
        pytest.param({"name": "Baby Body-Set"}, "bodysuit set", "bodysuit", id="any piece can name a set"),
        pytest.param({"name": "Set Shirt und Hose"}, "set of shirt and trousers", "t-shirt", id="listed"),
        pytest.param({"name": "Baby-Set aus Kleid und Leggings, 2-teilig"}, "set of dress and leggings", "dress", id="behind a preposition"),
        pytest.param(
            {"name": "Baby-Set, 3-teilig", "description": "3-teilig: Strampler, Body und Mütze"},
            "set of romper, bodysuit and beanie",
            "romper",
            id="the description lists the pieces",
        ),
        pytest.param({"name": "Herren-Set, 2-teilig"}, "set", "t-shirt", id="nothing tells the pieces"),
        pytest.param({"name": "Zweiteiler mit Rock"}, "set", "skirt", id="the only piece named"),
        pytest.param({"name": "Twinset"}, "twinset", "cardigan", id="a set with a sketch of its own"),
        pytest.param({"name": "Strickponcho"}, "poncho", "cardigan", id="what comes nearest"),
        pytest.param({"name": "Halskette"}, "necklace", "", id="jewellery has no stand-in"),
    ],
)
def test_sets_are_drawn_as_their_first_piece(texts, garment, kind):
    found = attributes(**texts)
    assert (found.garment, found.sketch_kind) == (garment, kind)


FRAGMENTS = [
    *("Damen", "Herren-", "Baby", "T-Shirt", "Set", "Hose", "aus", "mit", "und", "zwei", "Taschen", "in", "Gold", "Spitze", "2er-Pack", "5er"),
    *("ohne", "Kapuze", "Langarm-", "Print", '"LOVE"', "Schriftzug", "blau/weiß", "1x", "rot+", "Streifen", ",", "-", "\n\t", "(", "»", "für", "im"),
]
WORDS = st.lists(st.sampled_from(FRAGMENTS), max_size=9)
TEXTS = st.one_of(st.text(max_size=60), WORDS.map(" ".join), WORDS.map("".join))


@settings(max_examples=150)
@given(name=TEXTS, description=TEXTS, model_name=TEXTS, model_descr=TEXTS, color=TEXTS, gender=TEXTS, category=TEXTS, brand=TEXTS)
def test_any_article_gives_a_prompt_or_is_refused_with_a_reason(**texts):
    try:
        found = (prompt(**texts).prompt, "")
    except RowError as refused:
        found = ("", refused.kind)
    assert found[0].startswith("Professional product photography of ") or found[1] in ("no_garment", "no_text")
