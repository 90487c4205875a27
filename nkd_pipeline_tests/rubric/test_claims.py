"""What a model says of itself: read as it stands, and refused where it claims what nobody can ask."""

import pytest

from nkd_pipeline.rubric.claims import read_claims

GOOD = """
[neckline]
accuracy = 0.97
n = 400
values = ["crew neck", "v-neck"]
caption = "{garment} with {says}"
"""


def test_a_folder_without_claims_has_none(tmp_path):
    assert read_claims(tmp_path) is None


def test_claims_are_read(tmp_path):
    (tmp_path / "claims.toml").write_text(GOOD)
    (claim,) = read_claims(tmp_path).values()
    assert (claim.accuracy, claim.n, claim.values, claim.says) == (0.97, 400, ("crew neck", "v-neck"), {})


def test_a_claim_may_be_about_some_garments_alone(tmp_path):
    (tmp_path / "claims.toml").write_text(GOOD + 'kinds = { t-shirt = ["v-neck"] }')
    (claim,) = read_claims(tmp_path).values()
    assert claim.is_about("t-shirt", "v-neck")
    assert not claim.is_about("t-shirt", "crew neck")
    assert not claim.is_about("swimsuit", "v-neck")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("[neckline", "not valid TOML", id="no TOML"),
        pytest.param(GOOD.replace("[neckline]", "[necklines]"), "necklines is no topic; there are garment_type", id="unknown topic"),
        pytest.param(GOOD.replace('"v-neck"', '"w-neck"'), "w-neck is no value of that topic", id="unknown value"),
        pytest.param(GOOD.replace("[neckline]", "[main_colour]"), "crew neck is no value of that topic", id="no colour"),
        pytest.param(GOOD.replace(', "v-neck"', ""), "values: ", id="nothing to compare with"),
        pytest.param(GOOD.replace("0.97", "97"), "accuracy: ", id="percent"),
        pytest.param(GOOD.replace("{says}", "{value}"), "unknown slot {value}", id="unknown slot"),
        pytest.param(GOOD + 'kinds = { teacup = ["v-neck"] }', "neckline: teacup is no garment_type", id="unknown garment"),
        pytest.param(GOOD + 'kinds = { dress = ["boat neck"] }', "neckline: boat neck of kinds is none of the values", id="on a garment alone"),
        pytest.param("neckline = 3", "table", id="no table"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(tmp_path, text, says):
    (tmp_path / "claims.toml").write_text(text)
    with pytest.raises(ValueError, match=r"claims\.toml") as caught:
        read_claims(tmp_path)
    assert says in str(caught.value)
