"""The short form says all that can be seen of an article, once, as a person would."""

import pytest

from nkd_pipeline.records import Attributes, Fact
from nkd_pipeline.text.short_form import short_form


@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        pytest.param(
            {"garment": "blouse", "target_group": "women", "colours": ("pink",), "sleeves": "long sleeves"},
            "women's blouse, pink, long sleeves",
            id="as people write",
        ),
        pytest.param({"garment": "bag"}, "bag", id="nothing else known"),
        pytest.param(
            {"garment": "dress", "patterns": ("striped", "melange"), "colours": ("navy", "white"), "materials": ("cotton", "linen")},
            "striped dress, navy and white, cotton and linen, melange",
            id="pattern before the noun where English has it there",
        ),
        pytest.param(
            {"garment": "t-shirt", "prints": ("large front print",), "motifs": ("bear",), "lettering": ("BE HAPPY",)},
            't-shirt, large front print showing bear reading "BE HAPPY"',
            id="print with what it shows and reads",
        ),
        pytest.param({"garment": "t-shirt", "lettering": ("07",)}, 't-shirt, print reading "07"', id="lettering alone"),
        pytest.param(
            {"garment": "tunic", "patterns": ("all-over print",), "prints": ("all-over print",), "details": ("lace", "lace")},
            "tunic, all-over print, lace",
            id="said once",
        ),
        pytest.param({"garment": "striped shirt", "patterns": ("striped",)}, "striped shirt", id="pattern in the garment's name"),
        pytest.param(
            {
                "garment": "romper",
                "target_group": "baby",
                "facts": (Fact("target_group", "baby", "name", "Baby"), Fact("target_group", "boys", "name", "Jungen")),
            },
            "baby boys' romper",
            id="two groups",
        ),
    ],
)
def test_article_in_short(attributes, text):
    values = {"sketch_kind": "", "target_group": ""} | attributes
    assert short_form(Attributes("T-1", **values)) == text


def test_colours_of_the_picture_go_before_those_of_the_texts():
    attributes = Attributes("T-1", "dress", "dress", "women", colours=("assorted",))
    assert short_form(attributes, ("grey",)) == "women's dress, grey"
