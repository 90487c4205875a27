"""What a sketch shows: the truth that the model is taught and measured by."""

import numpy as np
import pytest

from nkd_pipeline.models.house_clip.articles import random_order
from nkd_pipeline.models.house_clip.values import values
from nkd_pipeline.models.house_clip.visible import seen
from nkd_pipeline.sketch.read import garment_spec
from nkd_pipeline_tests.sketch.makers import order


def truth(**attributes):
    given = order(**{"garment": attributes.get("sketch_kind", "t-shirt"), **attributes})
    return seen(given, garment_spec(given))


@pytest.mark.parametrize(
    ("attributes", "shows"),
    [
        pytest.param({}, {"neckline": "crew neck", "sleeves": "short sleeves"}, id="what texts leave unsaid is seen all the same"),
        pytest.param({"neckline": "envelope neck"}, {"neckline": "crew neck"}, id="a word that is drawn as another is that other"),
        pytest.param({"closure": "button placket"}, {"neckline": "henley neck"}, id="a placket below a round neck makes a henley"),
        pytest.param({"sketch_kind": "blouse", "neckline": "henley neck"}, {"closure": "button placket"}, id="and a henley has a placket"),
        pytest.param(
            {"sketch_kind": "sweater", "collar": "polo collar"}, {"neckline": None, "collar": "polo collar"}, id="a collar hides the neckline"
        ),
        pytest.param({"sketch_kind": "dress", "sleeves": "spaghetti straps"}, {"neckline": None}, id="so do straps, which change the top edge"),
        pytest.param({"sketch_kind": "dress", "neckline": "halter neck"}, {"sleeves": None}, id="a halter neck leaves no place for sleeves"),
        pytest.param({"sketch_kind": "tank top", "sleeves": "wide straps"}, {"sleeves": "sleeveless"}, id="wide straps of a tank top are no sleeves"),
        pytest.param({"sleeves": "rolled-up sleeves"}, {"sleeves": None}, id="rolled-up sleeves may have any length"),
        pytest.param({"sketch_kind": "trousers", "garment": "trousers"}, {"neckline": None, "print": None, "closure": "zip"}, id="trousers"),
        pytest.param({"patterns": ("animal print",)}, {"pattern": "leopard print"}, id="an animal print is drawn as a leopard's"),
        pytest.param({"sketch_kind": "belt", "patterns": ("striped",)}, {"pattern": None}, id="a belt hardly shows its pattern"),
        pytest.param({"prints": ("front print",), "motifs": ("cats",)}, {"print": "a print", "motif": "cat"}, id="a print and its motif"),
        pytest.param({"prints": ("back print",)}, {"print": "no print"}, id="a print on the back is not seen"),
        pytest.param({"patterns": ("floral",)}, {"print": None}, id="flowers all over may be taken for a print"),
        pytest.param(
            {"colours": ("navy", "red"), "patterns": ("striped",)}, {"colour": "navy", "second colour": "red"}, id="both colours of stripes"
        ),
        pytest.param({"colours": ("navy", "red")}, {"second colour": None}, id="a trim is too little to be asked about"),
    ],
)
def test_what_is_seen(attributes, shows):
    found = truth(**attributes)
    assert {name: found.get(name) for name in shows} == shows


def test_all_that_is_seen_on_random_articles_can_be_said():
    rng = np.random.default_rng(3)
    for _ in range(300):
        given = random_order(rng)
        for name, value in seen(given, garment_spec(given)).items():
            assert value in values()[name], (name, value)
