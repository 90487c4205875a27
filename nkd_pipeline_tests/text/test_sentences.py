"""Prose is taken apart so that a translation model can do each piece, and nothing is lost when it is put together again."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nkd_pipeline.text.sentences import put_together, taken_apart

PROSE = st.text(st.one_of(st.characters(), st.sampled_from("ab Z.!?,;:-–\n\r\t„“\"'()… 1")), max_size=120)


def translatable(text, limit=1000):
    return [piece.text for piece in taken_apart(text, len, limit) if piece.translatable]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        pytest.param("Weich und warm. Mit Kapuze!", ["Weich und warm.", "Mit Kapuze!"], id="sentences"),
        pytest.param("Weicher Stoff\n- Mit Kapuze\n- Aus Wolle", ["Weicher Stoff", "Mit Kapuze", "Aus Wolle"], id="lines and bullets"),
        pytest.param(
            "Hose, z. B. zum Wandern, inkl. Gürtel. Länge ca. 81 cm.",
            ["Hose, z. B. zum Wandern, inkl. Gürtel.", "Länge ca. 81 cm."],
            id="short forms",
        ),
        pytest.param("Seit dem 3. Oktober da.", ["Seit dem 3. Oktober da."], id="an ordinal ends no sentence"),
        pytest.param("Druck „Ho! Ho! Ho!“ vorne. Aus Wolle.", ["Druck „Ho! Ho! Ho!“ vorne.", "Aus Wolle."], id="no sentence ends within a quotation"),
        pytest.param(
            "Mit Schriftzug „Hallo“. „Ciao“ gibt es auch.", ["Mit Schriftzug „Hallo“.", "„Ciao“ gibt es auch."], id="a sentence may begin with one"
        ),
        pytest.param("- 100 %\n12345\n--\n- Wolle", ["Wolle"], id="what has no letter is nothing to translate"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_pieces(text, pieces):
    assert translatable(text) == pieces


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        pytest.param("rot, blau, grün und gelb", ["rot, blau,", "grün und gelb"], id="behind the comma nearest to the middle"),
        pytest.param("rot blau grün gelb", ["rot blau", "grün gelb"], id="at a blank when there is no comma"),
        pytest.param("Donaudampfschifffahrt", ["Donaudampf", "schifffahrt"], id="anywhere when there is no blank"),
    ],
)
def test_a_sentence_that_is_too_long_is_cut(text, pieces):
    assert translatable(text, limit=14) == pieces


@given(text=PROSE, limit=st.integers(1, 40))
@example(text=", , , a", limit=1)
@example(text="- - a\u2028- b\x1c\x1f- c", limit=3)
def test_any_text_comes_back(text, limit):
    pieces = taken_apart(text, len, limit)
    assert "".join(piece.text for piece in pieces) == text
    assert put_together(pieces, {piece.text: piece.text for piece in pieces}) == text
    for piece in pieces:
        assert piece.text
        if piece.translatable:
            assert len(piece.text) <= limit
            assert piece.text == piece.text.strip()
            assert len(piece.text.splitlines()) == 1
            assert any(map(str.isalpha, piece.text))
        else:
            assert not any(map(str.isalpha, piece.text))


def test_a_very_long_text_is_cut_in_reasonable_time():
    # one call of the tokenizer per cut and not one per word; recursion as deep as the logarithm of the length
    calls = []
    taken_apart("Hose " * 20_000, lambda text: calls.append(text) or len(text), 100)
    assert len(calls) < 5_000
