"""The notation of emphasis: what is weighed, by how much, and that no word is lost whatever the brackets."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.models.diffusion.emphasis import Fragment, fragments_of, plain


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        pytest.param("a plain shirt", [("a plain shirt", 1)], id="nothing"),
        pytest.param("a ((bold print)) shirt", [("a ", 1), ("bold print", 1.21), (" shirt", 1)], id="as the paper writes it"),
        pytest.param("(blue:1.3) shirt", [("blue", 1.3), (" shirt", 1)], id="a number replaces the 1.1"),
        pytest.param("((blue:1.2))", [("blue", 1.32)], id="the outer pair still counts"),
        pytest.param("(a (b:1.5) c)", [("a ", 1.1), ("b", 1.65), (" c", 1.1)], id="nested ones multiply"),
        pytest.param("[label]", [("label", 0.909091)], id="square brackets weigh less"),
        pytest.param(r"size \(2 pack\)", [("size (2 pack)", 1)], id="escaped brackets are characters"),
        pytest.param("smile :-) now", [("smile :-) now", 1)], id="a bracket without a partner"),
        pytest.param("(open", [("(open", 1)], id="an open one too"),
        pytest.param("(a [b) c]", [("a [b", 1.1), (" c]", 1)], id="crossed: the first that closes wins"),
        pytest.param("(ratio 3:x)", [("ratio 3:x", 1.1)], id="a colon without a number"),
        pytest.param("() shirt", [(" shirt", 1)], id="nothing to weigh"),
        pytest.param("", [], id="empty"),
    ],
)
def test_brackets_weigh_their_words(prompt, expected):
    assert [(fragment.text, fragment.weight) for fragment in fragments_of(prompt)] == expected


MARKS = re.compile(r"[()\[\]\\]")
FRAGMENTS = st.lists(
    st.builds(Fragment, st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.integers(1, 300).map(lambda hundredths: hundredths / 100))
)


@given(FRAGMENTS)
def test_what_was_written_is_what_is_read(fragments):
    written = "".join(f"({escaped(fragment.text)}:{fragment.weight})" for fragment in fragments)
    assert characters(fragments_of(written)) == characters(fragments)


@given(st.text(st.characters(exclude_characters=":")))
def test_only_brackets_and_backslashes_may_go(text):
    assert MARKS.sub("", plain(text)) == MARKS.sub("", text)


@given(st.text())
def test_escaping_makes_any_text_plain(text):
    assert plain(escaped(text)) == text
    assert all(fragment.weight == 1 for fragment in fragments_of(escaped(text)))


def escaped(text):
    return MARKS.sub(r"\\\g<0>", text)


def characters(fragments):
    """Each character with its weight: where fragments are cut does not matter."""
    return [(character, fragment.weight) for fragment in fragments for character in fragment.text]
