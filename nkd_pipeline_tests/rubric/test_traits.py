"""What the rules are told of an article."""

import pytest

from nkd_pipeline.rubric.rules import TRAITS, load_rubric
from nkd_pipeline.rubric.traits import find_traits, pieces, stated_colours
from nkd_pipeline_tests.rubric.pictures import attributes, prompt


@pytest.mark.parametrize(
    ("stated", "article", "holds"),
    [
        pytest.param(prompt("blue"), attributes(), {"upright", "plain"}, id="the plain case"),
        pytest.param(prompt("white", background="light grey"), attributes(), {"upright", "plain", "light grey background"}, id="white garment"),
        pytest.param(prompt("blue"), attributes(patterns=("plain",)), {"upright", "plain"}, id="plain said in words"),
        pytest.param(
            prompt("blue", "red"),
            attributes(patterns=("striped",)),
            {"upright", "patterned", "contrasting", "several colours", "level stripes"},
            id="two colours",
        ),
        pytest.param(prompt("blue"), attributes(patterns=("striped",)), {"upright", "contrasting", "level stripes"}, id="tone-on-tone pattern"),
        pytest.param(prompt("ivory"), attributes(patterns=("leopard print",)), {"upright", "figures"}, id="a coat brings its own colours"),
        pytest.param(prompt("blue", "navy"), attributes(details=("contrast seams",)), {"upright", "contrasting", "several colours"}, id="contrast"),
        pytest.param(prompt("blue"), attributes(patterns=("melange",)), {"upright", "mixed yarn"}, id="melange is no visible pattern"),
        pytest.param(prompt("blue"), attributes(materials=("denim",)), {"upright", "plain", "mixed yarn"}, id="denim fades"),
        pytest.param(prompt("blue"), attributes(motifs=("cat",)), {"upright", "printed", "shown print", "middle print"}, id="a print is not plain"),
        pytest.param(prompt("blue"), attributes("skirt", motifs=("cat",)), {"upright", "printed"}, id="skirts carry prints anywhere"),
        pytest.param(prompt("blue"), attributes(prints=("back print",)), {"upright", "printed"}, id="nobody sees a back print from the front"),
        pytest.param(prompt("blue"), attributes(prints=("logo print",)), {"upright", "printed", "shown print"}, id="a logo may lie aside"),
        pytest.param(
            prompt("blue", "red"),
            attributes(patterns=("striped", "dotted")),
            {"upright", "patterned", "contrasting", "several colours"},
            id="two patterns run two ways",
        ),
        pytest.param(prompt("apricot"), attributes(), {"upright", "plain", "skin-like"}, id="apricot could be skin"),
        pytest.param(prompt("multicolour"), attributes(), {"upright", "multicolour", "several colours"}, id="multicolour is not plain"),
        pytest.param(prompt("blue"), attributes("shoes"), {"plain", "composed"}, id="shoes seen from the side do not hang upright"),
        pytest.param(prompt("blue"), attributes(""), {"plain"}, id="unknown kinds are not measured for tilt"),
        pytest.param(prompt("blue"), attributes("skirt", hem="asymmetric hem"), {"plain"}, id="asymmetric by design"),
    ],
)
def test_traits(stated, article, holds):
    traits = find_traits(stated, article, load_rubric())
    assert traits == holds
    assert traits <= set(TRAITS)


@pytest.mark.parametrize(
    ("article", "count"),
    [
        pytest.param(attributes(), 1, id="one t-shirt"),
        pytest.param(attributes("shoes"), 2, id="a pair by its kind"),
        pytest.param(attributes(garment="2-pack t-shirt"), 2, id="a pack by its name"),
        pytest.param(attributes(garment="3-piece baby set"), 3, id="the larger number counts"),
        pytest.param(attributes(""), 2, id="an unknown kind may be two"),
    ],
)
def test_pieces(article, count):
    assert pieces(article, load_rubric()) == count


@pytest.mark.parametrize(
    ("colours", "stated"),
    [
        pytest.param(("blue", "red"), ("blue", "red"), id="both known"),
        pytest.param(("blue", "multicolour"), ("blue",), id="what is no colour is left out"),
        pytest.param(("unheard-of", "red"), (), id="the second must not be taken for the main one"),
        pytest.param((), (), id="none stated"),
    ],
)
def test_stated_colours(colours, stated):
    assert stated_colours(prompt(*colours)) == stated
