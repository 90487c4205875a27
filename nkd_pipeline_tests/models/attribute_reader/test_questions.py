"""Which attribute a question asks for, and how products are asked."""

import pytest

from nkd_pipeline.models.attribute_reader.questions import attribute_of, bare, question_for, wordings


@pytest.mark.parametrize(
    ("question", "attribute"),
    [
        pytest.param("What is the sleeve length?", "Sleeve Length", id="a known wording"),
        pytest.param("  how LONG are the sleeves ", "Sleeve Length", id="capitals, spaces and marks do not count"),
        pytest.param("Question: What is the neck? Answer:", "Neck", id="as BLIP-2 is asked"),
        pytest.param("Tell me the Sleeve Styling please", "Sleeve Styling", id="a text that names it"),
        pytest.param("Collar", "Collar", id="the bare name"),
        pytest.param("Is there a bottleneck?", "", id="a name inside another word is none"),
        pytest.param("Who made it?", "", id="none of ours"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_the_attribute_of_a_question(question, attribute):
    assert attribute_of(question) == attribute


def test_every_wording_is_of_its_own_attribute():
    assert all(attribute_of(question) == attribute for attribute, known in wordings().items() for question in known)


def test_all_wordings_are_used_and_a_product_is_always_asked_the_same():
    asked = [question_for("Sleeve Length", f"A-{number}") for number in range(40)]
    assert set(asked) == set(wordings()["Sleeve Length"])
    assert asked == [question_for("Sleeve Length", f"A-{number}") for number in range(40)]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Question: What is the fit? Answer:", "What is the fit?"),
        ("What  is\nthe fit?", "What is the fit?"),
        ("question: x", "x"),
        ("answer:", "answer:"),
    ],
)
def test_the_words_around_a_question_are_put_there_once(written, plain):
    assert bare(written) == plain
