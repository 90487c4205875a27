"""What a model may claim: measured as the judge asks, chosen on other sketches than it is measured on."""

import pytest

from nkd_pipeline.models.house_clip import measuring
from nkd_pipeline.models.house_clip.measuring import Claimed, Measured, Shown, chosen, measured
from nkd_pipeline.models.house_clip.publishing import claimed

NECKS = ("crew neck", "v-neck", "turtleneck", "square neck")


def shown(value, best, second="crew neck", kind="t-shirt"):
    """A sketch whose neckline the model takes for `best`, and else for `second`."""
    scores = dict.fromkeys(NECKS, 0.0) | {value: 0.5, second: 1.0, best: 2.0}
    return Shown(kind, "neckline", value, scores)


def test_the_value_that_fits_best_is_found():
    found = [shown("v-neck", "v-neck")] * 3 + [shown("v-neck", "turtleneck")]
    (result,) = measured(found, {"neckline": Claimed(NECKS)})
    assert (result.right, result.n, result.accuracy) == (3, 4, 0.75)


def test_values_that_look_alike_are_compared_only_strictly():
    # the judge's questions call a boat neck and a crew neck alike
    found = [Shown("t-shirt", "neckline", "crew neck", {"crew neck": 1.0, "boat neck": 2.0, "v-neck": 0.0})]
    (result,) = measured(found, {"neckline": Claimed(("crew neck", "boat neck", "v-neck"))})
    assert (result.right, result.strictly_right) == (1, 0)


def test_what_has_nothing_to_be_compared_with_is_no_question():
    found = [Shown("t-shirt", "neckline", "crew neck", {"crew neck": 1.0, "boat neck": 2.0})]
    (result,) = measured(found, {"neckline": Claimed(("crew neck", "boat neck"))})
    assert (result.n, result.accuracy) == (0, 0.0)


def test_values_that_spoil_the_others_are_not_claimed():
    many = measuring.FEWEST
    sketches = [shown(neck, neck) for neck in ("crew neck", "v-neck", "turtleneck") for _ in range(many)]
    sketches += [shown("square neck", "v-neck") for _ in range(many)]
    assert chosen(sketches)["neckline"].values == ("crew neck", "v-neck", "turtleneck")


def test_values_that_were_hardly_seen_are_not_claimed():
    sketches = [shown(neck, neck) for neck in ("crew neck", "v-neck") for _ in range(50)] + [shown("turtleneck", "turtleneck")]
    assert chosen(sketches)["neckline"].values == ("crew neck", "v-neck")


def test_garments_on_which_it_guesses_are_not_claimed():
    # the neck of a swimsuit is none of those that the model learnt, and a romper was hardly seen
    sketches = [shown(neck, neck) for neck in ("crew neck", "v-neck") for _ in range(100)]
    sketches += [shown("v-neck", "crew neck", kind="swimsuit") for _ in range(measuring.FEWEST)] + [shown("v-neck", "v-neck", kind="romper")]
    claim = chosen(sketches)["neckline"]
    assert claim.kinds == {"t-shirt": ("crew neck", "v-neck")}
    (result,) = measured(sketches, {"neckline": claim})
    assert (result.right, result.n) == (200, 200)


@pytest.mark.parametrize(("right", "is_claimed"), [(95, True), (94, False), (0, False)])
def test_claimed_is_what_reaches_95_percent_on_held_out_sketches(right, is_claimed):
    assert bool(claimed([Measured("neckline", Claimed(NECKS), right, right, 100)])) is is_claimed
