"""What a rewritten prompt lost, and what it made up."""

import pytest

from nkd_pipeline.text.english.comparing import facts_invented, facts_lost

BASIC = "women's blouse, pink, striped, long sleeves, white buttons"


def named(facts):
    return {(fact.aspect, fact.value) for fact in facts}


@pytest.mark.parametrize(
    ("improved", "lost", "invented"),
    [
        pytest.param(BASIC, set(), set(), id="the same words"),
        pytest.param(
            "A stunning pink blouse for women with fine stripes, long-sleeved, with white buttons, soft studio lighting, on a plain grey background",
            set(),
            set(),
            id="other words, praise and a studio",
        ),
        pytest.param(
            "a blue striped blouse for women with long sleeves and white buttons", {("colour", "pink")}, {("colour", "blue")}, id="another colour"
        ),
        pytest.param(f"{BASIC}, v-neck, in silk", set(), {("neckline", "v-neck"), ("material", "silk")}, id="made up"),
        pytest.param(f"{BASIC} in the style of van Gogh, trending on artstation", set(), set(), id="a style is no fact of a garment"),
        pytest.param(
            "a dreamy scene in pink with stripes, long sleeves and white buttons",
            {("garment", "blouse"), ("target_group", "women")},
            set(),
            id="the garment itself is gone",
        ),
    ],
)
def test_lost_and_invented(improved, lost, invented):
    assert named(facts_lost(BASIC, improved)) == lost
    assert named(facts_invented(BASIC, improved)) == invented
