"""Rules are right where they speak; a language model adds what the texts really say, and what it makes up is reported."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nkd_pipeline.records import DescribedArticle
from nkd_pipeline.stage import RowError
from nkd_pipeline.text.extraction import attributes_of
from nkd_pipeline.text.json_reply import Reply, read_reply
from nkd_pipeline.text.merging import merged
from nkd_pipeline.text.prompting import PromptSettings, PromptWriter
from nkd_pipeline_tests.text.replies import KEYS, merge, translated


def findings(found):
    return [(finding.kind, finding.place, finding.text) for finding in found.findings]


def origins(found):
    return {origin.field: (origin.source, origin.agrees) for origin in found.origins}


def test_what_only_the_model_says_is_taken_when_the_translation_says_it():
    row = translated(
        english={"description": "With a handkerchief hem and lace trim on the sleeves."}, description="Mit Dingsbums.", model_descr="weiß"
    )
    found = merge(row, "women's blouse", "handkerchief hem", "white", "lace trim on the sleeves")
    assert (found.hem, found.details) == ("asymmetric hem", ("lace trim on the sleeves",))
    assert origins(found)["hem"] == ("json", None)
    added = [(fact.aspect, fact.value, fact.column, fact.source) for fact in found.facts[-2:]]
    assert added == [
        ("detail", "lace trim on the sleeves", "description", "lace trim"),
        ("hem", "asymmetric hem", "description", "handkerchief hem"),
    ]
    assert not found.findings


def test_the_four_keys_are_composed_of_the_merged_fields():
    row = translated(english={"description": "With v-neck and embroidery."}, description="Mit Dingsbums.", model_descr="weiß, Baumwolle")
    found = merge(row, "blouse", "v-neck", "black", "embroidery")
    assert [getattr(found, key) for key in KEYS] == ["women's blouse", "v-neck", "white, cotton", "embroidery"]


@pytest.mark.parametrize(
    ("phrases", "expected"),
    [
        pytest.param(("men's blouse",), ("target_group", "men / women"), id="target group"),
        pytest.param(("women's boots",), ("garment", "boots / blouse"), id="garment"),
        pytest.param(("", "crew neck"), ("neckline", "crew neck / v-neck"), id="neckline"),
        pytest.param(("", "", "green"), ("colours", "green / navy"), id="main colour"),
        pytest.param(("", "", "striped"), ("patterns", "striped / plain"), id="stripes on what is plain"),
    ],
)
def test_where_both_speak_and_differ_the_rules_count_and_it_is_a_finding(phrases, expected):
    row = translated("Damen-Bluse mit V-Ausschnitt", model_descr="navy, uni")
    found = merge(row, *phrases)
    assert findings(found) == [("conflicting_features", *expected)]
    assert (found.garment, found.target_group, found.neckline, found.colours, found.patterns) == ("blouse", "women", "v-neck", ("navy",), ("plain",))
    assert origins(found)[expected[0]] == ("rules", False)
    assert found.agreement < 1


@pytest.mark.parametrize(
    ("phrases", "field"),
    [
        pytest.param(("ladies' blouse",), "garment", id="the same garment"),
        pytest.param(("women's shirt blouse",), "garment", id="a garment drawn alike"),
        pytest.param(("ladies' blouse",), "target_group", id="another word for the group"),
        pytest.param(("", "V neckline"), "neckline", id="another word for the neckline"),
        pytest.param(("", "", "dark blue"), "colours", id="a colour hardly to be told from navy"),
        pytest.param(("", "", "blue, white"), "colours", id="the plain name of the main colour"),
        pytest.param(("", "", "", "bold front print"), "prints", id="less or more of the same print"),
    ],
)
def test_what_means_the_same_agrees(phrases, field):
    row = translated("Damen-Bluse mit V-Ausschnitt und Frontprint", model_descr="navy, uni, weiß abgesetzt")
    found = merge(row, *phrases)
    assert origins(found)[field][1] is True
    assert not found.findings
    assert getattr(found, field) == getattr(attributes_of(row.article), field)


def test_colours_of_the_model_never_take_the_place_of_the_rules():
    row = translated(english={"description": "In white. Also in olive."}, description="In Weiß.", model_descr="navy")
    assert merge(row, "blouse", "", "white, olive").colours[0] == "navy"


def test_lettering_is_the_rules_alone():
    """Wrong letters on a shirt are the worst of mistakes, and a brand in the prose is none."""
    row = translated("Herren-T-Shirt", description="Das T-Shirt von Reward.")
    assert merge(row, "men's t-shirt", "", "", 'lettering "Reward" on the chest').lettering == ()


def test_an_article_that_only_the_model_knows_lives_when_the_texts_name_it():
    row = translated("Xyzzy Damen", english={"name": "Women's tabard with fringes"}, model_descr="dunkelblau")
    found = merge(row, "women's blue tabard", "", "dark blue", "fringes")
    assert (found.garment, found.sketch_kind, found.product_type) == ("tabard", "", "women's tabard")
    assert (found.colours, found.details) == (("dark blue",), ("fringes",))
    assert origins(found)["garment"] == ("json", None)
    assert next(fact for fact in found.facts if fact.aspect == "garment").column == "name"


def test_a_garment_of_the_vocabulary_that_only_the_translation_names_can_be_drawn():
    row = translated("Xyzzy", english={"name": "Wool coat"})
    found = merge(row, "women's coat")
    assert (found.garment, found.sketch_kind) == ("coat", "coat")
    assert findings(found) == [("conflicting_features", "target_group", "women")]


@pytest.mark.parametrize("product_type", ["dress", "product", "Wool", "women's", "", "new fashion style"])
def test_an_article_that_nobody_knows_is_refused_as_the_rules_do(product_type):
    row = translated("Xyzzy", english={"name": "Wool thing, new fashion style, women's product"})
    with pytest.raises(RowError, match=r"garments\.csv") as caught:
        merge(row, product_type)
    assert caught.value.kind == "no_garment"


def test_an_unreadable_reply_leaves_the_rules_alone_and_says_so():
    row = translated(model_descr="navy")
    found = merged(row, read_reply("I cannot do that."), "I cannot do that.")
    own = attributes_of(row.article)
    assert (found.facts, found.product_type, found.colours) == (own.facts, own.product_type, own.colours)
    assert [(finding.kind, finding.place) for finding in found.findings] == [("missing_attribute", "reply")]
    assert {source for source, _ in origins(found).values()} == {"rules"}
    assert (found.agreement, found.reply) == (None, "I cannot do that.")


def test_a_reply_that_says_nothing_is_no_fault():
    assert merged(translated(model_descr="navy"), read_reply('{"product_type": ""}'), "").findings == ()


def test_every_field_with_a_value_has_an_origin():
    row = translated(
        "Damen-Bluse mit V-Ausschnitt", english={"description": "With lace trim."}, model_descr="navy, lsr", description="Mit Kordelzug."
    )
    found = merge(row, "women's blouse", "long sleeves", "navy", "lace trim")
    fields = ("garment", "target_group", "colours", "materials", "patterns", "prints", "motifs", "lettering", "neckline", "collar", "sleeves")
    fields += ("closure", "hem", "fit", "length", "details")
    assert {field for field in fields if getattr(found, field)} == set(origins(found))
    assert 0 < found.agreement <= 1


def test_where_the_model_adds_to_the_rules_both_are_the_origin():
    row = translated(english={"description": "With ruffles and tassels."}, description="Mit Rüschen und Dingsbums.")
    found = merge(row, "blouse", "", "", "tassels")
    assert found.details == ("ruffles", "tassels")
    assert origins(found)["details"] == ("rules+json", False)


def test_the_reply_is_kept_cut_and_storable():
    found = merged(translated(), Reply(), "\ud800" + "x" * 5000)
    assert len(found.reply) == 4000
    assert found.reply.encode()


def test_findings_of_the_extraction_reach_the_prompt():
    row = translated("Damen-Bluse mit V-Ausschnitt", model_descr="navy")
    found = merge(row, "women's blouse", "crew neck")
    written = PromptWriter(PromptSettings())([DescribedArticle(row.article, found)])[0]
    assert found.findings[0] in written.findings
    assert "crew neck" not in written.prompt


ARTICLES = [
    translated("Herren-T-Shirt mit großem Frontdruck", model_descr="r-neck, blue 3 mel, print", description="Aus Baumwolle, ohne Kapuze."),
    translated("Kinder-Pyjama mit Sternen", model_descr="lsr, rosa, aop", description="Mit Knopfleiste und Brusttasche."),
    translated("Damen-Chelsea-Boots", model_descr="schwarz", description="Mit elastischen Einsätzen und Reißverschluss."),
]
PHRASES = """navy|red|striped|plain|v-neck|crew neck|hood|silk|cotton|women's|boys'|dress|T-shirt|large print|logo on the chest|zip|lace|lined|
butterfly|slim fit|long sleeves|elastic inserts|comfortable|without zip|"HELLO"|3-pack|set of top and trousers"""
SAID = st.lists(st.sampled_from(PHRASES.replace("\n", "").split("|")), max_size=6).map(", ".join)


@settings(max_examples=60)
@given(st.sampled_from(ARTICLES), st.tuples(SAID, SAID, SAID, SAID))
def test_nothing_that_a_model_says_changes_what_the_rules_read(row, phrases):
    own, found = attributes_of(row.article), merge(row, *phrases)
    assert found.facts[: len(own.facts)] == own.facts
    for field in ("garment", "sketch_kind", "target_group", "lettering", "neckline", "collar", "sleeves", "closure", "hem", "fit", "length"):
        assert getattr(found, field) == getattr(own, field) or not getattr(own, field)
    for field in ("colours", "materials", "patterns", "prints", "motifs", "details"):
        assert getattr(found, field)[: len(getattr(own, field))] == getattr(own, field)
    # the translation is the lexicon's: the rules have read all that it says of these articles
    assert len(found.facts) - len(own.facts) <= 2
