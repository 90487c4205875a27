"""What is true of which sketch."""

import pytest

from nkd_pipeline.models.house_clip.truth import agreement, codes


@pytest.mark.parametrize(
    ("said", "shown", "held"),
    [
        pytest.param({"type": "dress"}, {"type": "dress", "colour": "red"}, 1, id="what is not said is not wrong"),
        pytest.param({"type": "dress", "colour": "red"}, {"type": "dress", "colour": "green"}, 0, id="one wrong word spoils a caption"),
        pytest.param({"colour": "charcoal"}, {"colour": "anthracite"}, -1, id="near colours are neither right nor wrong"),
        pytest.param({"colour": "charcoal", "type": "dress"}, {"colour": "anthracite", "type": "skirt"}, 0, id="but another word decides"),
        pytest.param({"colour": "red"}, {"colour": "white", "second colour": "red"}, -1, id="stripes of two colours have no first one"),
        pytest.param({"pattern": "checked"}, {"pattern": "gingham"}, 1, id="a broad word holds for a narrow one"),
        pytest.param({"pattern": "gingham"}, {"pattern": "checked"}, 0, id="not the other way round"),
        pytest.param({"neckline": "v-neck"}, {"type": "trousers"}, 0, id="trousers have no neckline"),
        pytest.param({"print": "no print"}, {"type": "belt"}, -1, id="nobody says of a belt that nothing is printed on it"),
    ],
)
def test_agreement(said, shown, held):
    assert agreement(codes([said]), codes([shown])).tolist() == [[held]]
