"""The rubric's file: what it must hold, and how mistakes in it are told."""

import tomllib

import pytest

from nkd_pipeline.records import ASPECTS
from nkd_pipeline.rubric.rules import ASPECTS_FILE, WORDS, load_rubric
from nkd_pipeline.rubric.thresholds import SEVERITIES, Threshold

TEXT = ASPECTS_FILE.read_text(encoding="utf-8")
RULES = [
    pytest.param(rule, id=f"{aspect}-{rule.name}-{number}") for aspect in ASPECTS for number, rule in enumerate(load_rubric().aspects[aspect].rules)
]


def test_the_nine_aspects_stand_in_the_papers_order():
    rubric = load_rubric()
    assert [rubric.aspects[aspect].order for aspect in ASPECTS] == list(range(1, 10))
    assert all(rubric.aspects[aspect].title and rubric.aspects[aspect].not_assessed for aspect in ASPECTS)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_can_be_said_and_its_strong_threshold_lies_beyond_the_slight_one(rule):
    assert rule.says.format(value=0.5, **dict.fromkeys(WORDS, "x"))
    if rule.slight and rule.strong:
        assert (rule.slight.below is None) == (rule.strong.below is None)
        far = -1e9 if rule.strong.below is not None else 1e9
        limit = rule.strong.below if rule.strong.below is not None else rule.strong.above
        assert rule.severity(far) == "strong"
        assert rule.severity(limit) == "slight"


@pytest.mark.parametrize(
    ("threshold", "value", "passed"),
    [
        pytest.param(Threshold(below=92), 91.9, True, id="below"),
        pytest.param(Threshold(below=92), 92, False, id="right on it is good enough"),
        pytest.param(Threshold(above=4), 4.1, True, id="above"),
        pytest.param(Threshold(above=4), 4, False, id="right on it is not above"),
    ],
)
def test_thresholds(threshold, value, passed):
    assert threshold.passed_by(value) is passed


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param("[scoring]", "[scoring", "TOML", id="no TOML"),
        pytest.param("order        = 9", "order        = 1.5", "aspects.realism.order", id="wrong type: place is named"),
        pytest.param("order        = 9", "order        = 0", "in this order", id="aspects in another order"),
        pytest.param("[aspects.realism]", "[aspects.beauty]", "aspects", id="an aspect of one's own"),
        pytest.param("slight  = { below = 0.36 }", "slight  = { below = 0.4, above = 1 }", "either", id="both directions"),
        pytest.param("slight  = { below = -1.5 }", "slihgt  = { below = -1.5 }", "slihgt", id="typing error in a key"),
        pytest.param('["multicolour"]', '["multicolor"]', 'trait "multicolor"', id="unknown trait"),
        pytest.param("{value:.1f} units", "{size:.1f} units", "{size}", id="unknown word in a sentence"),
        pytest.param('judge   = "vqa"', 'judge   = "probe"', "two rules for answers of probe", id="two rules for one answer"),
        pytest.param('judge   = "vqa"', 'judge   = "human"', "aspects.garment_type.answers.2.judge", id="people's marks need no thresholds"),
        pytest.param("looks like {best} (margin", "looks like {seen} (margin", "{seen}", id="unknown word in a sentence about an answer"),
    ],
)
def test_a_broken_rubric_says_where(tmp_path, old, new, says):
    assert old in TEXT
    file = tmp_path / "aspects.toml"
    file.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=r"aspects\.toml") as caught:
        load_rubric(file)
    assert says in str(caught.value)


def test_a_missing_rubric_says_what_to_do(tmp_path):
    with pytest.raises(ValueError, match="set aspects to an existing file"):
        load_rubric(tmp_path / "none.toml")


def test_only_the_worse_severity_of_a_cause_is_returned():
    rubric = load_rubric()
    assert rubric.worst("pose_framing", "cropped", {"touching": 0.2}) == SEVERITIES[0]
    assert rubric.worst("pose_framing", "cropped", {}) is None


def test_every_threshold_gives_its_reason():
    """Comments are part of the data: whoever changes a number must see where it came from."""
    rules = tomllib.loads(TEXT)["aspects"]
    blocks = TEXT.split("[[aspects.")[1:]
    assert len(blocks) == sum(len(aspect.get(kind, ())) for aspect in rules.values() for kind in ("rules", "answers"))
    assert [block.splitlines()[1] for block in blocks if "#" not in block.split("says ")[0]] == []
