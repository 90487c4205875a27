"""Questions about pictures: each stated value against what it cannot be at the same time, and never against itself in other words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.records import ASPECTS, TARGET_GROUPS, Attributes
from nkd_pipeline.rubric.claims import Claim
from nkd_pipeline.rubric.questions import left_out
from nkd_pipeline.rubric.topics import topics
from nkd_pipeline.text.colours import delta_e2000, find, named_colours
from nkd_pipeline_tests.rubric.asking import about, asked, english, garments, names


def test_a_question_is_worded_for_both_kinds_of_models():
    question = about("neckline", neckline="v-neck")
    assert (question.aspect, question.value, question.stated.value) == ("construction", "v-neck", "v-neck")
    assert question.stated.statement == "a product photo of a t-shirt with a v-shaped neckline"
    assert question.yes_no == "Does the t-shirt have a v-shaped neckline?"
    assert question.alternatives[0].statement == "a product photo of a t-shirt with a round neckline"


@pytest.mark.parametrize(
    ("stated", "cause", "statement", "yes_no"),
    [
        pytest.param({"garment": "jeans", "kind": "jeans"}, "main_colour", "a pair of jeans in navy", "Are the jeans navy?", id="a pair"),
        pytest.param({"garment": "tunic", "kind": "tunic"}, "target_group", "a tunic for women", "Is the tunic made for women?", id="one"),
        pytest.param({"sleeves": "sleeveless"}, "sleeves", "a sleeveless t-shirt", "Is the t-shirt sleeveless?", id="a wording of its own"),
        pytest.param({"motifs": ("leaf",)}, "motif", "with a picture of leaves", "Does the t-shirt show leaves?", id="several of a motif"),
        pytest.param(
            {}, "pattern_unstated", "a t-shirt in one plain colour", "Is the t-shirt of one plain colour?", id="plain, though nobody says so"
        ),
        pytest.param({"colours": ("navy", "white")}, "second_colour", "in navy and white", "Is there any white on the t-shirt?", id="second colour"),
    ],
)
def test_wordings_fit_the_garment(stated, cause, statement, yes_no):
    question = about(cause, **stated)
    assert question.stated.statement.endswith(statement)
    assert question.yes_no == yes_no


def test_every_garment_of_the_vocabulary_is_asked_about_or_named_as_left_out():
    entries = topics()["garment_type"].entries
    for garment, kind in garments():
        inquiry = asked(garment=garment, kind=kind)
        types = [question for question in inquiry.questions if question.cause == "garment_type"]
        assert bool(types) != (f"garment_type: {garment}" in inquiry.left_out)
        assert not types or (types[0].stated.value in entries and types[0].alternatives)
        assert kind == "" or kind in entries  # what can be drawn can be asked about


def test_all_stated_values_are_kept_from_the_alternatives():
    inquiry = asked(patterns=("striped", "floral"), colours=("navy", "white"))
    patterns = [question for question in inquiry.questions if question.cause == "pattern_missing"]
    assert [question.value for question in patterns] == ["striped", "floral"]
    assert all(not {"striped", "floral"} & set(names(question)) for question in patterns)


@pytest.mark.parametrize("colour", sorted(named_colours()))
def test_a_colour_is_compared_with_clearly_different_ones_only(colour):
    question = about("main_colour", colours=(colour,))
    assert len(question.alternatives) >= 3
    assert all(delta_e2000(find(colour).lab, find(other).lab) >= topics()["main_colour"].difference for other in names(question))


def test_a_second_colour_stays_where_the_first_is_exchanged():
    question = about("main_colour", colours=("navy", "white"))
    assert question.stated.statement.endswith("a t-shirt in navy and white")
    assert question.alternatives[0].statement.endswith(f"a t-shirt in {names(question)[0]} and white")
    assert "white" not in names(question)


@pytest.mark.parametrize(
    ("stated", "left"),
    [
        pytest.param({"neckline": "open back"}, "neckline: open back", id="cannot be seen from the front"),
        pytest.param({"materials": ("cotton",)}, "material: cotton", id="no picture shows it"),
        pytest.param({"prints": ("small embroidery on the chest",)}, "print_missing: small embroidery on the chest", id="too small"),
        pytest.param({"prints": ("large print on the back",)}, "print_missing: large print on the back", id="behind"),
        pytest.param({"garment": "set of shirt and shorts"}, "garment_type: set of shirt and shorts", id="two garments"),
        pytest.param({"garment": "sleeping bag", "kind": "dress"}, "garment_type: sleeping bag", id="drawn as what it is not"),
        pytest.param({"colours": ("multicolour",)}, "main_colour: multicolour", id="no colour of its own"),
        pytest.param({"colours": ("unheard-of",)}, "main_colour: unheard-of", id="unknown colour"),
        pytest.param({"collar": "a collar from mars"}, "collar: a collar from mars", id="a word of a language model"),
        pytest.param({"group": "unisex"}, "target_group: unisex", id="for everybody"),
        pytest.param({"neckline": "v-neck", "collar": "kent collar"}, "neckline: v-neck", id="a collar lies on the neckline"),
        pytest.param({"neckline": "halter neck", "sleeves": "short sleeves"}, "sleeves: short sleeves", id="a halter neck has no sleeves"),
    ],
)
def test_what_is_not_asked_about_is_named(stated, left):
    inquiry = asked(**stated)
    assert left in inquiry.left_out
    assert left not in {f"{question.cause}: {question.value}" for question in inquiry.questions}
    assert left in left_out(inquiry.left_out)


@pytest.mark.parametrize(
    ("stated", "cause", "entry"),
    [
        pytest.param({"garment": "top", "kind": "tank top"}, "garment_type", "top", id="a name that says more than the kind"),
        pytest.param({"garment": "shirt", "kind": "t-shirt"}, "garment_type", "t-shirt", id="a kind that says more than the name"),
        pytest.param({"garment": "striped blouse", "kind": "blouse"}, "garment_type", "blouse", id="composed name"),
        pytest.param({"neckline": "deep v-neck"}, "neckline", "v-neck", id="words before a known value"),
        pytest.param({"materials": ("wool look",)}, "material", "knit", id="words behind one"),
        pytest.param({"prints": ("large lettering print on the chest",)}, "print_missing", "print", id="print by its place"),
        pytest.param({"lettering": ("HELLO",)}, "print_missing", "print", id="lettering is a print"),
        pytest.param({"sleeves": "flutter sleeves"}, "sleeves", "short sleeves", id="looks like"),
    ],
)
def test_a_value_is_asked_about_as_what_can_be_seen_of_it(stated, cause, entry):
    assert about(cause, **stated).stated.value == entry


def test_values_that_look_alike_are_asked_about_once():
    materials = [question for question in asked(materials=("wool", "fine knit", "denim")).questions if question.cause == "material"]
    assert [question.value for question in materials] == ["wool", "denim"]


@pytest.mark.parametrize(
    "stated",
    [
        pytest.param({"prints": ("front print",)}, id="print"),
        pytest.param({"colours": ("navy", "white")}, id="two colours"),
        pytest.param({"colours": ("multicolour",)}, id="many colours"),
        pytest.param({"patterns": ("melange",)}, id="mixed yarn"),
    ],
)
def test_only_what_has_one_colour_and_no_print_must_look_plain(stated):
    assert "pattern_unstated" not in {question.cause for question in asked(**stated).questions}


def test_how_far_a_pattern_reaches_is_asked_only_where_nothing_else_is_known_of_it():
    assert about("pattern_missing", patterns=("leopard print", "all-over print")).value == "leopard print"
    assert about("pattern_missing", patterns=("all-over print",)).value == "all-over print"


def test_a_neckline_without_a_collar_is_asked_about_whatever_else_is_known():
    assert about("neckline", neckline="v-neck", collar="collarless", sleeves="long sleeves").stated.value == "v-neck"


CLAIMS = {
    "garment_type": Claim(accuracy=0.98, n=500, values=("t-shirt", "dress", "jeans"), caption="{colours} {says}", says={"t-shirt": "tee"}),
    "main_colour": Claim(accuracy=1, n=500, values=("navy", "red", "dark blue"), says={"navy": "dark navy"}, caption="{garment} in {colours}"),
    "neckline": Claim(accuracy=0.97, n=500, values=("crew neck", "v-neck", "turtleneck")),
}


def test_a_model_is_asked_only_about_garments_that_it_was_measured_on():
    claims = {"neckline": Claim(accuracy=0.97, n=500, values=("crew neck", "v-neck"), kinds={"dress": ("v-neck",)})}
    assert asked(neckline="v-neck", garment="dress", kind="dress", claims=claims).questions
    assert not asked(neckline="crew neck", garment="dress", kind="dress", claims=claims).questions
    inquiry = asked(neckline="v-neck", garment="swimsuit", kind="swimsuit", claims=claims)
    assert not inquiry.questions
    assert "neckline: v-neck" in inquiry.left_out


def test_a_model_with_claims_is_asked_about_them_alone_and_in_its_own_captions():
    inquiry = asked(neckline="v-neck", sleeves="short sleeves", claims=CLAIMS)
    by_cause = {question.cause: question for question in inquiry.questions}
    assert set(by_cause) == {"garment_type", "main_colour", "neckline"}
    assert by_cause["garment_type"].stated.statement == "dark navy tee"
    assert [choice.statement for choice in by_cause["garment_type"].alternatives] == ["dark navy dress", "dark navy jeans"]
    assert by_cause["main_colour"].stated.statement == "a tee in dark navy"
    assert names(by_cause["main_colour"]) == ["red"]  # dark blue is too near
    assert by_cause["neckline"].stated.statement == "a product photo of a tee with a v-shaped neckline"
    assert names(by_cause["neckline"]) == ["crew neck", "turtleneck"]
    assert "sleeves: short sleeves" in inquiry.left_out


def test_a_value_that_is_not_claimed_is_left_out():
    assert {"garment_type: skirt", "neckline: boat neck"} <= set(asked(garment="skirt", kind="skirt", neckline="boat neck", claims=CLAIMS).left_out)


def values(aspect):
    return st.sampled_from(["", *english(aspect), "no such thing"])


def several(aspect):
    return st.lists(values(aspect).filter(bool), max_size=3).map(tuple)


articles = st.builds(
    lambda garment, **more: Attributes("a1", garment[0], garment[1], **more),
    st.sampled_from([*garments(), ("", ""), ("set of top and shorts", "t-shirt"), ("pyjama set", "pyjamas")]),
    target_group=st.sampled_from(TARGET_GROUPS),
    materials=several("material"),
    patterns=several("pattern"),
    prints=several("print"),
    motifs=several("motif"),
    neckline=values("neckline"),
    collar=values("collar"),
    sleeves=values("sleeves"),
    closure=values("closure"),
)


@given(articles, st.lists(st.sampled_from([*named_colours(), "grey melange", "multicolour", "?"]), max_size=3), st.sampled_from([None, CLAIMS]))
def test_any_article_can_be_asked_about(attributes, colours, claims):
    inquiry = asked(attributes, colours, claims)
    for question in inquiry.questions:
        statements = [question.stated.statement, *(choice.statement for choice in question.alternatives)]
        assert len(set(statements)) == len(statements)  # or the softmax would share out one value's probability
        assert question.aspect in ASPECTS
        assert question.yes_no.endswith("?")
        assert "{" not in "".join(statements) + question.yes_no
        assert question.value
    assert len(set(inquiry.left_out)) == len(inquiry.left_out)
