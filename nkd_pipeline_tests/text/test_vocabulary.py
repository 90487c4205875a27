"""The vocabulary files: their shape, their canonical values, and that no word has two meanings in one file."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import nkd_pipeline.text
from nkd_pipeline.records import TARGET_GROUPS

FOLDER = Path(nkd_pipeline.text.__file__).parent / "vocabulary"
BASE = ["term", "lang", "english"]
# file -> further columns, and how many German rows it has at least
FILES = {
    "garments": (["kind", "family"], 220),
    "target_groups": (["group"], 30),
    "colours": ([], 170),
    "materials": ([], 110),
    "patterns": ([], 80),
    "prints": ([], 80),
    "motifs": (["drawable"], 130),
    "necklines": ([], 40),
    "collars": ([], 40),
    "sleeves": ([], 40),
    "closures": ([], 40),
    "hems": ([], 40),
    "fits": ([], 40),
    "lengths": ([], 40),
    "details": ([], 90),
    "abbreviations": (["aspect"], 0),
    "regional": ([], 0),
    "non_visual": (["match"], 100),
    "places": ([], 40),
    "intensities": ([], 40),
    "general": ([], 350),
}


def values(listed: str) -> set[str]:
    return {" ".join(value.split()) for value in listed.split(";")}


LANGUAGES = {"de", "en", "fr", "abbr"}
KINDS = values(
    """
    t-shirt; longsleeve; tank top; camisole; polo shirt; shirt; blouse; tunic; sweatshirt; hoodie; sweater; cardigan; dress; skirt; trousers;
    jeans; leggings; joggers; shorts; jumpsuit; dungarees; jacket; denim jacket; quilted jacket; coat; vest; blazer; pyjamas; bodysuit; romper;
    bra; briefs; boxer shorts; bikini; swimsuit; socks; tights; beanie; cap; scarf; gloves; bag; belt; shoes; boots; sandals; sunglasses
    """
) | {""}
FAMILIES = values(
    """
    top; bottom; dress; outerwear; knitwear; underwear; nightwear; swimwear; legwear; accessory; shoes; set
    """
)
COLOURS = values(
    """
    black; white; off-white; cream; ecru; ivory; beige; sand; camel; taupe; stone; nude; brown; light brown; dark brown; chocolate; cognac;
    rust; terracotta; orange; light orange; dark orange; apricot; peach; salmon; coral; red; light red; dark red; burgundy; berry; raspberry;
    fuchsia; magenta; pink; light pink; dark pink; dusty pink; rose; purple; light purple; dark purple; lilac; lavender; mauve; plum; aubergine;
    blue; light blue; dark blue; medium blue; navy; royal blue; cobalt blue; denim blue; ice blue; sky blue; smoke blue; petrol; turquoise;
    teal; aqua; mint; green; light green; dark green; olive; khaki; sage; emerald; bottle green; lime; neon green; yellow; light yellow; dark
    yellow; mustard; lemon; neon yellow; neon pink; neon orange; gold; rose gold; silver; bronze; copper; grey; light grey; medium grey; dark
    grey; anthracite; charcoal; graphite; multicolour
    """
)
PATTERNS = values(
    """
    plain; striped; vertical stripes; block stripes; checked; gingham; dotted; floral; melange; camouflage; animal print; leopard print; zebra
    print; snake print; paisley; geometric; abstract; tie-dye; colour block; houndstooth; herringbone; argyle; norwegian pattern; batik;
    tropical; all-over print; textured; pinstripe; colour gradient
    """
)
DRAWABLE = values(
    """
    star; heart; sun; flower; butterfly; cat; dog; bear; rabbit; fox; owl; bird; fish; shark; whale; dinosaur; unicorn; horse; car; truck;
    tractor; rocket; moon; cloud; rainbow; mountain; tree; palm; leaf; strawberry; cherry; apple; lemon; ice cream; crown; skull; anchor; ship;
    football; crocodile; elephant; lion; tiger; mouse; bee; ladybird; snowflake; reindeer; snowman; pumpkin; ghost; guitar; lightning; feather;
    robot; airplane; excavator; train; bicycle; surfboard; compass; globe
    """
) | {""}
ASPECTS = values(
    """
    colour; material; pattern; print; neckline; collar; sleeves; closure; hem; fit; length; detail; none
    """
)
# files whose words may stand in a domain file too: they say where a thing is, how big it is, or what prose means
PROSE_FILES = {"general", "non_visual", "regional", "places", "intensities", "abbreviations"}
# bare nouns that really mean either
AMBIGUOUS = {"tasche"}


def read(name: str) -> tuple[list[str], list[dict[str, str]]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        return list(reader.fieldnames or []), list(reader)


def rows(name: str) -> list[dict[str, str]]:
    return read(name)[1]


@pytest.mark.parametrize("name", FILES)
def test_file_has_its_header_and_enough_german_rows(name):
    header, found = read(name)
    assert header == [*BASE, *FILES[name][0]]
    assert sum(row["lang"] == "de" for row in found) >= FILES[name][1]


@pytest.mark.parametrize("name", FILES)
def test_every_row_is_complete_trimmed_and_lower_case(name):
    for row in rows(name):
        assert None not in row, f"{name}: a comma too many in {row}"
        assert all(value is not None and value == value.strip() for value in row.values()), row
        assert row["term"], row
        assert row["english"], row
        assert row["term"] == row["term"].lower(), row
        assert row["lang"] in LANGUAGES, row


@pytest.mark.parametrize("name", FILES)
def test_no_term_is_a_sentence(name):
    assert [row["term"] for row in rows(name) if len(row["term"].split()) > 4] == []


@pytest.mark.parametrize("name", FILES)
def test_no_term_stands_twice(name):
    seen = [(row["term"], row["lang"]) for row in rows(name)]
    assert sorted({entry for entry in seen if seen.count(entry) > 1} if len(seen) != len(set(seen)) else []) == []


def test_no_german_term_means_two_things_in_different_domain_files():
    meanings: dict[str, dict[str, str]] = {}
    for name in FILES.keys() - PROSE_FILES:
        for row in rows(name):
            if row["lang"] == "de":
                meanings.setdefault(row["term"], {})[name] = row["english"]
    assert {term: found for term, found in meanings.items() if len(set(found.values())) > 1 and term not in AMBIGUOUS} == {}


@pytest.mark.parametrize(
    ("name", "column", "allowed"),
    [
        pytest.param("garments", "kind", KINDS, id="the sketch can draw the kind or it is empty"),
        pytest.param("garments", "family", FAMILIES, id="garments are told apart by family"),
        pytest.param("target_groups", "group", set(TARGET_GROUPS) - {""}, id="groups are those of the records"),
        pytest.param("target_groups", "english", set(TARGET_GROUPS) - {""}, id="a group is called what it is"),
        pytest.param("colours", "english", COLOURS, id="every colour has a value to be compared by"),
        pytest.param("patterns", "english", PATTERNS, id="patterns are those the sketch and the judge know"),
        pytest.param("motifs", "drawable", DRAWABLE, id="the sketch can draw the motif or it is empty"),
        pytest.param("abbreviations", "aspect", ASPECTS, id="an abbreviation belongs to one aspect"),
        pytest.param("non_visual", "match", {"word", "stem"}, id="a claim is met as a word or by its stem"),
    ],
)
def test_values_come_from_the_canonical_list(name, column, allowed):
    assert {row[column] for row in rows(name)} - allowed == set()


def test_every_canonical_colour_pattern_and_kind_can_be_said_in_german():
    german = {name: [row for row in rows(name) if row["lang"] == "de"] for name in ("colours", "patterns", "garments")}
    assert COLOURS - {row["english"] for row in german["colours"]} == set()
    assert PATTERNS - {row["english"] for row in german["patterns"]} == set()
    assert KINDS - {row["kind"] for row in german["garments"]} == set()


def test_vocabulary_is_as_large_as_promised():
    terms = {row["term"] for name in FILES if name != "general" for row in rows(name) if row["lang"] == "de"}
    assert len(terms) >= 1000


def test_traps_name_a_wrong_word_its_correction_and_when():
    header, found = read("traps")
    assert header == ["wrong_english", "right_english", "when_german", "context"]
    contexts = {"any", "boys", *FAMILIES, *(f"not {family}" for family in FAMILIES)}
    for row in found:
        assert all(row.values()), row
        assert row["context"] in contexts, row
        assert row["wrong_english"] != row["right_english"], row
    pairs = [(row["wrong_english"], row["when_german"]) for row in found]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize(
    ("name", "term", "english"),
    [
        pytest.param("colours", "marineblau", "navy", id="marineblau is no light blue"),
        pytest.param("colours", "rosa", "pink", id="rosa is pink, rosé is rose"),
        pytest.param("colours", "altrosa", "dusty pink", id="alt is a shade"),
        pytest.param("necklines", "rundhals", "crew neck", id="the commonest neckline"),
        pytest.param("necklines", "u-boot-ausschnitt", "boat neck", id="no submarine"),
        pytest.param("sleeves", "ssr", "short sleeves", id="buyers' shorthand"),
        pytest.param("materials", "rippe", "ribbed knit", id="no bones"),
        pytest.param("garments", "body", "bodysuit", id="no body"),
        pytest.param("garments", "slip", "briefs", id="no slip dress"),
        pytest.param("garments", "strampler", "romper", id="baby wear"),
        pytest.param("details", "kängurutasche", "kangaroo pocket", id="a pocket, no bag"),
        pytest.param("target_groups", "jungen", "boys", id="boys, not young"),
        pytest.param("patterns", "uni", "plain", id="no university"),
    ],
)
def test_known_traps_are_read_right(name, term, english):
    assert {row["english"] for row in rows(name) if row["term"] == term} == {english}
