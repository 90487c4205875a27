"""Article names read as English: whose it is first, adjectives before the garment, nouns behind "with"."""

import pytest

from nkd_pipeline.text.translation import translate_name


@pytest.mark.parametrize(
    ("german", "english"),
    [
        pytest.param("Damen-T-Shirt mit Ringelstreifen", "Women's t-shirt with stripes", id="possessive, and stripes are a noun"),
        pytest.param("Kinder-Mädchen-Kleid mit Punkten", "Girls' dress with dots", id="the narrower group"),
        pytest.param("Baby-Jungen-Strampler mit Bären-Applikation", "Baby boys' romper with bear applique", id="two groups in one"),
        pytest.param("Hose Damen grün", "Women's trousers in green", id="group and colour said last"),
        pytest.param("Stiefel für Herren", "Boots for men", id="a group behind a preposition stays there"),
        pytest.param("Damen-Midikleid mit Palmen-Print", "Women's midi dress with tropical pattern", id="a pattern needs its noun"),
        pytest.param("Schal im Karo-Design", "Scarf in a checked design", id="in a design"),
        pytest.param("Damen-Steppweste mit Kapuze", "Women's quilted vest with hood", id="nothing said twice"),
        pytest.param("Herren-Langarmshirt in Mélange-Optik", "Men's long-sleeve shirt in a melange look", id="in a look"),
        pytest.param("Chino Slim Fit", "Slim-fit chinos", id="an adjective moves before its garment"),
        pytest.param("Kaschmirpullover V-Ausschnitt", "Cashmere sweater with v-neck", id="a missing with"),
        pytest.param("Damen-Strickjacke mit Zopfmuster", "Women's knit cardigan with cable-knit texture", id="which texture it is"),
        pytest.param("Herren-Socken, 5er-Pack", "Men's socks, 5-pack", id="packs"),
        pytest.param("Minnie Mouse Damen-Bluse", "Women's Minnie Mouse blouse", id="a proper name keeps its capitals"),
        pytest.param('Leder-Umhängetasche "Luna"', 'Leather shoulder bag "Luna"', id="a style name is kept"),
        pytest.param("Pantalon chino gris homme", "Men's chinos in grey", id="French"),
        pytest.param("5-Pocket-Jeans", "5-pocket jeans", id="a number first"),
        pytest.param("", "", id="no name"),
        pytest.param("Damen", "Women's", id="a group alone"),
    ],
)
def test_names_read_as_english(german, english):
    assert translate_name(german)[0] == english


def test_words_that_nobody_knows_are_kept_and_listed():
    text, unknown = translate_name("Bluse Xyzzy")
    assert text == "Blouse Xyzzy"
    assert unknown == ("Xyzzy",)
