"""The file of topics: it knows every value of the vocabulary, and never sets a value against itself in other words."""

import csv
import tomllib

import pytest

from nkd_pipeline.rubric.topics import QUESTIONS_FILE, Topic, topics
from nkd_pipeline.text.vocabulary import VOCABULARY_FOLDER
from nkd_pipeline_tests.rubric.asking import english

# topic -> the vocabulary's aspect whose values it is about
VOCABULARY = {
    "target_group": "target_group",
    "material": "material",
    "pattern_missing": "pattern",
    "print_missing": "print",
    "neckline": "neckline",
    "collar": "collar",
    "sleeves": "sleeves",
    "closure": "closure",
}


@pytest.mark.parametrize("cause", VOCABULARY)
def test_every_value_of_the_vocabulary_has_an_entry_or_is_silent_on_purpose(cause):
    topic = topics()[cause]
    unknown = [value for value in english(VOCABULARY[cause]) if not topic.entry_of(value) and value not in topic.silent]
    assert unknown == []


def test_silent_values_are_in_the_vocabulary():
    """Or the list has outlived its words."""
    rows = [row["english"] for file in VOCABULARY_FOLDER.glob("*.csv") for row in csv.DictReader(file.open(encoding="utf-8")) if row.get("english")]
    words = " ".join(rows)
    for cause, topic in topics().items():
        assert [value for value in topic.silent if value.removeprefix("on the ") not in words] == [], cause


def test_most_motifs_can_be_asked_about():
    known = [topics()["motif"].entry_of(motif) for motif in english("motif")]
    assert sum(map(bool, known)) >= len(known) / 2


@pytest.mark.parametrize("cause", [cause for cause, topic in topics().items() if topic.entries])
def test_alternatives_are_never_the_same_in_other_words_nor_what_may_hold_as_well(cause):
    topic = topics()[cause]
    for name, entry in topic.entries.items():
        for value in (name, *entry.values):
            others = topic.alternatives([topic.entry_of(value) or name])
            assert name not in others
            assert not set(others) & set(entry.beside)
            assert not any(name in topic.entries[other].beside for other in others)
            assert not any(value in topic.entries[other].values for other in others)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"rivals": ["v-neck", "k-neck"]}, '"k-neck" is no entry', id="a rival without an entry"),
        pytest.param({"statement": "a {colour} thing"}, "unknown slot {colour}", id="a slot that nobody fills"),
        pytest.param({"silent": ["v-neck"]}, '"v neck" stands in two places', id="silent and asked about"),
        pytest.param({"entires": {}}, "entires", id="typing error"),
    ],
)
def test_a_broken_file_says_where(change, says):
    table = tomllib.loads(QUESTIONS_FILE.read_text(encoding="utf-8"))["neckline"]
    with pytest.raises(ValueError, match="validation error") as caught:
        Topic(**{**table, **change})
    assert says in str(caught.value)


@pytest.mark.parametrize(("hides", "says"), [("collars = ['hood']", '"hood" is no entry'), ("collar = ['helmet']", '"helmet" is no entry')])
def test_a_topic_can_be_hidden_by_known_entries_alone(tmp_path, hides, says):
    file = tmp_path / "questions.toml"
    file.write_text(QUESTIONS_FILE.read_text(encoding="utf-8").replace('hidden_by = { neckline = ["halter neck"] }', f"hidden_by = {{ {hides} }}"))
    with pytest.raises(ValueError, match=f"sleeves is hidden by .*{says}"):
        topics(file)
