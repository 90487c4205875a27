"""The lexicon translates what it knows, keeps what it does not know, and lists it."""

from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.stage import StageSettings
from nkd_pipeline.text.translation import LexiconTranslator, translate
from nkd_pipeline_tests.text.rows import article


def test_known_words_become_english_and_unknown_ones_stay():
    text, unknown = translate("Damen-Bluse mit V-Ausschnitt und Firlefanz")
    assert "blouse with v-neck and Firlefanz" in text
    assert unknown == ("Firlefanz",)


def test_lists_keep_their_lines():
    text, _ = translate("Schöne Bluse.\n- Weicher Stoff mit Kapuze\n- Lang mit Reißverschluss")
    assert [line[:2] for line in text.split("\n")[1:]] == ["- ", "- "]
    assert text.endswith("zip")


def test_quotations_are_kept():
    assert '"Hör auf dein Herz"' in translate('Shirt mit Print "Hör auf dein Herz"')[0]


def test_english_passes():
    text, unknown = translate("crew neck, long sleeves", True)
    assert text == "crew neck, long sleeves"
    assert unknown == ()


def test_every_column_is_translated():
    found = LexiconTranslator(StageSettings())([article("Herren-Hose", model_descr="dunkelblau", color="rot", gender="herren", category="Jacken")])[0]
    assert (found.model_descr, found.color, found.gender, found.category) == ("dark blue", "red", "men", "jacket")
    assert found.name.endswith("trousers")


@given(st.text(max_size=200))
def test_any_text_can_be_translated(text):
    english, unknown = translate(text)
    assert isinstance(english, str)
    assert all(word in text for word in unknown)


def test_sizes_are_words():
    english, unknown = translate("T-Shirt, Gr. XS")
    assert "size extra small" in english
    assert unknown == ()
