"""English prompts and captions read back: what the pipeline wrote comes back, and whatever else is written does no harm."""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nkd_pipeline.models.house_clip.articles import random_order
from nkd_pipeline.stage import RowError
from nkd_pipeline.text.english.lexicon import lexicon
from nkd_pipeline.text.english.reading import facts_of, read_prompt

ARTICLES = 400
FIELDS = ("sketch_kind", "garment", "target_group", "patterns", "prints", "lettering", "neckline", "collar", "sleeves", "closure")
WORDS = [" ".join(words) for words in lexicon().phrases]
SMALL = [
    "with",
    "and",
    ",",
    "in",
    "on the",
    "no",
    "without",
    "made of",
    "showing",
    "reading",
    '"LOVE"',
    "((",
    "))",
    "set",
    "of",
    "light",
    "pack of 3",
    "'",
]


@pytest.fixture(scope="module")
def orders():
    rng = np.random.default_rng(20)
    return [random_order(rng) for _ in range(ARTICLES)]


@pytest.mark.parametrize("prompt", ["prompt", "clip_prompt"])
def test_the_pipelines_own_prompts_come_back(orders, prompt):
    """Names that say more than the article knows ("half-zip sweater" of an article without closure) are all that may differ: 4 of 800 measured."""
    lost = []
    for order in orders:
        read = read_prompt(getattr(order.prompt, prompt))
        stated = {field: getattr(order.attributes, field) for field in FIELDS} | {"colours": order.prompt.colours}
        lost += [(order.prompt.clip_prompt, field, value, getattr(read, field)) for field, value in stated.items() if getattr(read, field) != value]
    assert len({text for text, *_ in lost}) <= 0.015 * ARTICLES, lost


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param(
            "women's blouse, pink, long sleeves", {"garment": "blouse", "target_group": "women", "sleeves": "long sleeves"}, id="short form"
        ),
        pytest.param("A woman in a red dress with polka dots", {"garment": "dress", "patterns": ("dotted",), "colours": ("red",)}, id="a caption"),
        pytest.param("a long-sleeved blue shirt for men", {"sleeves": "long sleeves", "target_group": "men", "colours": ("blue",)}, id="word forms"),
        pytest.param("black jumpers", {"garment": "sweater"}, id="what a market calls it"),
        pytest.param("a pink blouse with white buttons", {"colours": ("pink",), "details": ("white buttons",)}, id="a colour of the buttons"),
        pytest.param("a blue t-shirt with a logo in white on the chest", {"colours": ("blue",)}, id="a colour of the logo"),
        pytest.param("t-shirt in white on a grey background", {"colours": ("white",)}, id="a colour of the background"),
        pytest.param("two-piece pyjamas in dark blue and white", {"colours": ("dark blue", "white"), "details": ("two-piece",)}, id="of two pieces"),
        pytest.param("a green coat without hood", {"collar": ""}, id="denied"),
        pytest.param("a dark blue denim jacket", {"garment": "denim jacket", "colours": ("dark blue",)}, id="a shade"),
        pytest.param('a tee with a print reading "Hello World"', {"lettering": ("Hello World",)}, id="lettering as written"),
        pytest.param('the "must-have" dress in red', {"lettering": ()}, id="a quotation that is no lettering"),
        pytest.param(
            "a cap with ((bold large front print)) showing a wombat", {"prints": ("large front print",), "motifs": ("wombat",)}, id="weights"
        ),
        pytest.param("a pack of three socks in grey", {"garment": "socks", "details": ("pack of three",)}, id="a pack"),
        pytest.param("a set of t-shirt and shorts in navy", {"garment": "set of t-shirt and shorts", "sketch_kind": "t-shirt"}, id="a set"),
    ],
)
def test_other_peoples_words_are_understood(text, values):
    read = read_prompt(text)
    assert {field: getattr(read, field) for field in values} == values


def test_facts_say_where_they_were_read():
    assert [(fact.aspect, fact.value, fact.source) for fact in read_prompt("Womens Jumper, RED").facts] == [
        ("garment", "sweater", "Jumper"),
        ("target_group", "women", "Womens"),
        ("colour", "red", "RED"),
    ]


def test_a_text_without_a_garment_is_refused_by_name_and_has_facts_all_the_same():
    with pytest.raises(RowError, match="a red sunset over the sea") as refused:
        read_prompt("a red sunset over the sea")
    assert refused.value.kind == "no_garment"
    assert [(fact.aspect, fact.value) for fact in facts_of("a red sunset over the sea")] == [("colour", "red")]


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from([*WORDS, *SMALL]), max_size=25).map(" ".join)))
def test_no_text_does_any_harm(text):
    facts_of(text)
    with contextlib.suppress(RowError):
        assert read_prompt(text).garment
