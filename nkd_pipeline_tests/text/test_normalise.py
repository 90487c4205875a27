"""Delivered texts come out clean, and nothing readable is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.text.normalise import complete_end, gender, hex_to_names, parted_at_sizes, repair_text


@pytest.mark.parametrize(
    ("given_text", "clean"),
    [
        pytest.param("Das\xa0Shirt  von\tKids", "Das Shirt von Kids", id="no-break spaces, tabs and doubled blanks"),
        pytest.param("Text\n\n\n\t\n\tMit Elasthan\n\t\n\tUni", "Text\n- Mit Elasthan\n- Uni", id="tab bullets, empty ones dropped"),
        pytest.param("• Knopfleiste\n– Kapuze", "- Knopfleiste\n- Kapuze", id="other bullets"),
        pytest.param("Bluse aus VIskose", "Bluse aus Viskose", id="stray capital in a known word"),
        pytest.param("ONLINE_T-Shirt", "T-Shirt", id="prefix of the web shop"),
        pytest.param("olive,DruckStern", "olive,Druck Stern", id="two words stuck together"),
        pytest.param("<ul><li>Rundhals</li><li>Kurzarm &amp; weit</li></ul>", "- Rundhals\n- Kurzarm & weit", id="HTML list and entity"),
        pytest.param("GrÃ¶ÃŸe", "Größe", id="UTF-8 read as Windows-1252"),
        pytest.param("Rü\u00adschen\u200b", "Rüschen", id="soft hyphen and zero-width space"),
        pytest.param("¾-Arm", "3/4-Arm", id="fraction sign"),
        pytest.param("1xgrün AOP", "1x grün AOP", id="count stuck to a word"),
        pytest.param("BMW und USA", "BMW und USA", id="real abbreviations stay"),
    ],
)
def test_texts_are_repaired(given_text, clean):
    assert repair_text(given_text) == clean


@given(st.text(max_size=300))
def test_repair_never_raises_and_is_stable(text):
    once = repair_text(text)
    assert "\t" not in once
    assert "  " not in once
    assert "\xa0" not in once
    assert repair_text(once) == once or "&" in once or "<" in once or "Ã" in once or "Â" in once or "_" in once


@pytest.mark.parametrize(
    ("text", "others", "completed"),
    [
        pytest.param("Kids Edition Mädchen T-S", "Kinder-Mädchen-T-Shirt", "Kids Edition Mädchen T-Shirt", id="completed from the name"),
        pytest.param("Kinder Jungen T-Shirt Bas", "Jungen-T-Shirt", "Kinder Jungen T-Shirt", id="a known fragment is dropped"),
        pytest.param("Kinder Jungen T-Shirt Pac", "Shirt im 2er-Pack", "Kinder Jungen T-Shirt Pack", id="completed from a part of a compound"),
        pytest.param("Kinder Mädchen Langarmshirt", "", "Kinder Mädchen Langarmshirt", id="a whole word stays"),
        pytest.param("T-Shirt", "T-Shirts", "T-Shirt", id="a short text was not cut off"),
    ],
)
def test_cut_off_ends_are_completed(text, others, completed):
    assert complete_end(text, 23, others) == completed


@pytest.mark.parametrize(
    ("text", "group"),
    [
        pytest.param("damen", "women", id="German"),
        pytest.param("Women>Clothing>Jackets", "women", id="category path"),
        pytest.param("womens-clothing", "women", id="English possessive"),
        pytest.param("unisex", "unisex", id="unisex is not men's"),
        pytest.param("Damen, Herren", "unisex", id="both"),
        pytest.param("Kinder / Mädchen", "girls", id="the narrower group"),
        pytest.param("Sale", "", id="says nothing"),
    ],
)
def test_gender_columns(text, group):
    assert gender(text) == group


def test_hex_codes_become_names_and_sizes_words():
    assert hex_to_names("#000000 und #ffffff") == "black und white"
    assert hex_to_names("Artikel #12") == "Artikel #12"
    assert list(parted_at_sizes("Shirt Gr. XS, rot")) == [("Shirt ", "size extra small"), (", rot", "")]
    assert list(parted_at_sizes("Größen S-XL, Gr. 44/46, Modell XS")) == [("Größen S-XL, Gr. 44/46, Modell XS", "")]
