"""Articles to ask about, and the questions that come of them."""

import csv

from nkd_pipeline.records import Attributes, Prompt
from nkd_pipeline.rubric.questions import ask
from nkd_pipeline.text.vocabulary import VOCABULARY_FOLDER, vocabulary


def english(aspect):
    return sorted({term.english for term in vocabulary().of_aspect(aspect)})


def garments():
    with (VOCABULARY_FOLDER / "garments.csv").open(encoding="utf-8", newline="") as file:
        return sorted({(row["english"], row["kind"]) for row in csv.DictReader(file)})


def asked(attributes=None, colours=("navy",), claims=None, **stated):
    known = attributes or Attributes("a1", stated.pop("garment", "t-shirt"), stated.pop("kind", "t-shirt"), stated.pop("group", "women"), **stated)
    return ask(known, Prompt("a1", "", "", "", 0, "white", tuple(colours), 1.0, 0, ()), claims)


def about(cause, **stated):
    """The one question about a cause."""
    (question,) = [question for question in asked(**stated).questions if question.cause == cause]
    return question


def names(question):
    return [choice.value for choice in question.alternatives]
