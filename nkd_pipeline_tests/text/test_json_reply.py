"""A language model's reply is read whatever state it is in, and nothing is read that it does not say."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nkd_pipeline.text.json_reply import read_reply

KEYS = ("product_type", "key_visual_features", "color_material_details", "design_aspects")
BLOUSE = {
    "product_type": "women's blouse",
    "key_visual_features": "v-neck, long sleeves",
    "color_material_details": "white, cotton",
    "design_aspects": "lace trim",
}
GOOD = json.dumps(BLOUSE)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(GOOD, id="nothing else"),
        pytest.param(f"Sure! Here is the JSON you asked for:\n```json\n{GOOD}\n```\nI hope it {{helps}}!", id="prose and a code fence around it"),
        pytest.param(f"\ufeff{GOOD}", id="a byte order mark"),
        pytest.param(f'The set {{"a"}} of keys is {{curly}}. {GOOD}', id="braces in the prose before"),
        pytest.param(f'<think>perhaps {{"product_type": "hat"}}</think>{GOOD}', id="a draft in the thoughts"),
        pytest.param(f"{GOOD}\n{GOOD.replace('white', 'black')}", id="two objects: the first counts"),
        pytest.param(f'{{"product": {GOOD}}}', id="inside another object"),
        pytest.param(f"[{GOOD}]", id="inside a list"),
        pytest.param(json.dumps(GOOD), id="a string that holds JSON"),
        pytest.param(GOOD.replace('"v-neck, long sleeves"', '["v-neck", ["long sleeves", null]]'), id="a list in place of a string"),
        pytest.param(GOOD.replace('"white, cotton"', '{"color": "white", "material": ["cotton"]}'), id="an object in place of a string"),
    ],
)
def test_sound_json_is_read_as_it_is(reply):
    assert (read_reply(reply).how, read_reply(reply).values) == ("json", BLOUSE)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(GOOD[:-1] + ",}", id="a comma too many"),
        pytest.param(GOOD[:-1], id="the brace lost"),
        pytest.param(GOOD[:-2], id="the last quote lost"),
        pytest.param(GOOD.replace('", "', '"\n "'), id="no commas"),
        pytest.param(GOOD.replace('": "', '" = "'), id="equal signs"),
        pytest.param(GOOD.replace('"', "'"), id="single quotes, one of them an apostrophe"),
        pytest.param(repr(BLOUSE), id="a Python dictionary"),
        pytest.param(GOOD.replace('": "', "”: “").replace('", "', "”, “").replace('{"', "{“").replace('"}', "”}"), id="curly quotes"),
        pytest.param("".join(GOOD).replace('"', '\\"'), id="escaped quotes that nothing encloses"),
        pytest.param(GOOD.replace(", ", ",\n  // what it is\n  ", 1), id="a comment on a line of its own"),
        pytest.param(GOOD.replace('blouse",', 'blouse", # the type\n'), id="a comment behind a value"),
        pytest.param(GOOD.replace('blouse",', 'blouse" /* the type */,'), id="a comment before the comma"),
        pytest.param(GOOD.replace("v-neck, ", "v-neck,\n"), id="a line break inside a value"),
        pytest.param(GOOD.replace('"v-neck, long sleeves"', '["v-neck", "long sleeves"'), id="a list that is not closed"),
        pytest.param(GOOD.replace('"white, cotton"', '{"color": "white", "material": "cotton"') + "\nDone.", id="an object that is not closed"),
        pytest.param(GOOD[1:-1], id="no braces at all"),
        pytest.param(GOOD[:-1] + '\n\nNote that "lace" is a guess.', id="prose behind the last value"),
    ],
)
def test_broken_json_is_read_from_key_to_key(reply):
    assert (read_reply(reply).how, read_reply(reply).values) == ("repaired", BLOUSE)


@pytest.mark.parametrize(
    ("reply", "values"),
    [
        pytest.param('{"product_type": "shirt with "Reward" lettering", "design_aspects": "x"}', ['shirt with "Reward" lettering', "x"], id="quotes"),
        pytest.param(
            '{"product_type": "shirt", "design_aspects": "lettering "#1", "HOPE" on it"}', ["shirt", 'lettering "#1", "HOPE" on it'], id="listed"
        ),
        pytest.param('{"product_type": "a {b", "design_aspects": "c} d",}', ["a {b", "c} d"], id="braces inside"),
        pytest.param("{'product_type': 'shirt', 'design_aspects': \"men's logo\", }", ["shirt", "men's logo"], id="both kinds of quotes"),
        pytest.param("{product_type: shirt, design_aspects: lace trim}", ["shirt", "lace trim"], id="no quotes"),
        pytest.param('{"product_type": "shirt \\ud83d\\u00e4 \\"A\\"", "design_aspects": "x",}', ['shirt ä "A"', "x"], id="escapes"),
    ],
)
def test_signs_inside_values_stay(reply, values):
    assert (read_reply(reply).how, list(read_reply(reply).values.values())) == ("repaired", values)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param("{'product_type': 'shirt', 'key_visual_features': None, 'design_aspects': True}", id="Python literals"),
        pytest.param('{"product_type": "shirt", "key_visual_features": null, "design_aspects": "N/A"}', id="not applicable"),
        pytest.param('{"product_type": "shirt", "key_visual_features": [], "design_aspects": "Not specified."}', id="an empty list"),
        pytest.param("Product type: shirt\nDesign aspects: none\nKey visual features: -", id="none, in lines"),
    ],
)
def test_what_says_nothing_is_left_out(reply):
    assert read_reply(reply).values == {"product_type": "shirt"}


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param('{"productType": "shirt", "Color & Material Details": "blue, linen"}', id="other signs and case"),
        pytest.param('{"type": "shirt", "colour": "blue", "fabric": ["linen"]}', id="shorter, and one key in two"),
        pytest.param('{"Produkttyp": "shirt", "Farbe": "blue", "Material": "linen"}', id="German"),
        pytest.param('{"Produkttyp": "shirt", "Farbe": "blue" "Material": "linen"', id="German and broken"),
    ],
)
def test_keys_may_be_spelled_otherwise(reply):
    assert read_reply(reply).values == {"product_type": "shirt", "color_material_details": "blue, linen"}


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(
            "Product type: women's blouse\nVisual features: v-neck, long sleeves\nColor: white\nMaterial: cotton\nDesign: lace trim",
            id="plain lines",
        ),
        pytest.param(
            "Here it is:\n\n1. **Product type**: women's blouse\n2. **Key visual features** (2-3):\n   - v-neck\n   - long sleeves\n"
            "3. Color and material – white, cotton\n4. *Unique design aspects:* lace trim\n\nI hope this helps! Note: all guessed.",
            id="numbered, bold, a list below",
        ),
        pytest.param(
            "product_type: women's blouse\nfeatures:\n  - v-neck\n  - long sleeves\ncolor: white\nmaterial: cotton\ndesign: lace trim", id="YAML"
        ),
        pytest.param(
            "| Element | Value |\n|---|---|\n| Product Type | women's blouse |\n| Features | v-neck, long sleeves |\n| Color | white |\n"
            "| Material | cotton |\n| Design | lace trim |",
            id="a table",
        ),
    ],
)
def test_lines_are_read_when_there_is_no_object(reply):
    assert (read_reply(reply).how, read_reply(reply).values) == ("lines", BLOUSE)


@pytest.mark.parametrize("reply", ["", "I am sorry, I cannot help with that.", "{}", "null", "It is a blouse of some type - nice.", "{" * 300])
def test_a_reply_without_the_keys_is_none(reply):
    assert (read_reply(reply).how, read_reply(reply).values) == ("none", {})


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param("[" * 100_000 + "]" * 100_000, id="lists"),
        pytest.param('{"a":' * 100_000, id="objects"),
        pytest.param('{"product_type": ' + "[" * 100_000, id="a list that is a value"),
        pytest.param('{]", "' * 20_000, id="a model in a loop"),
        pytest.param('{"product_type": "x"' + " " * 1_000_000, id="blanks"),
        pytest.param('{"product_type": "' + 'a" ' * 300_000, id="quotes"),
        pytest.param('"product_type"' * 100_000, id="keys"),
        pytest.param("\\" * 1_000_000, id="backslashes"),
        pytest.param("**Product type" * 100_000, id="bold"),
        pytest.param('{"product_type": ' + "9" * 5000 + "}", id="a number that Python refuses"),
    ],
)
def test_deep_and_huge_replies_take_no_time(reply):
    """Recursion or steps that grow with the square of the length would hang here, or raise."""
    assert set(read_reply(reply).values) <= set(KEYS)


# signs on which parsers stumble, and pieces of replies
PIECES = st.sampled_from(
    [*"{}[]\"':,\\#*|“”\n", " ", "a", "product_type", '"product_type": ', '"color": "', "Design: ", "null", "//", "```json", "\ud800", "</think>"]
)


@given(st.text() | st.lists(PIECES, max_size=40).map("".join))
@example('{"product_type": "\ud800 blouse"}')
def test_any_text_is_read_without_raising(text):
    reply = read_reply(text)
    assert set(reply.values) <= set(KEYS)
    assert all(value.strip() and value.encode() for value in reply.values.values())
    assert reply.values == {} or reply.how != "none"


WORD = st.from_regex(r"[a-z][a-z0-9'-]{0,6}[a-z]", fullmatch=True)
PHRASE = st.lists(WORD, min_size=1, max_size=4).map(", ".join).filter(lambda text: text not in ("na", "nan", "nil"))
ANSWERS = st.fixed_dictionaries(dict.fromkeys(KEYS, PHRASE)).filter(lambda values: read_reply(json.dumps(values)).values == values)


@given(ANSWERS, st.integers(min_value=1, max_value=250))
def test_of_a_reply_that_is_cut_off_every_value_is_right_or_cut_itself(values, length):
    written = json.dumps(values)[:length]
    read = read_reply(written).values
    assert all(values[key].startswith(value) for key, value in read.items())
    whole = [key for key in KEYS if f"{json.dumps(key)}: {json.dumps(values[key])}" in written]
    assert [read.get(key) for key in whole] == [values[key] for key in whole]


@given(ANSWERS)
def test_a_python_dictionary_says_the_same_as_json(values):
    assert read_reply(repr(values)).values == values
