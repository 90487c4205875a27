"""Prompts of further attempts: every cause that the rubric knows has words against it, and only facts of the article get in."""

import tomllib

import pytest

from nkd_pipeline.records import ASPECTS, Attributes
from nkd_pipeline.rubric.rules import ASPECTS_FILE
from nkd_pipeline.text.repairing import repaired
from nkd_pipeline.text.rules import rules
from nkd_pipeline.text.template import Look, negative_prompt

LOOK = Look(("navy", "white"), "white", "words", "t-shirt")
TEE = Attributes("a1", "t-shirt", "t-shirt", "men", ("navy", "white"), materials=("cotton",), patterns=("striped",), neckline="v-neck")


def causes():
    aspects = tomllib.loads(ASPECTS_FILE.read_text(encoding="utf-8"))["aspects"]
    rules_of = {rule["name"] for aspect in aspects.values() for rule in aspect.get("rules", [])}
    return rules_of | {cause for aspect in aspects.values() for answer in aspect.get("answers", []) for cause in answer["causes"]}


def test_every_cause_of_the_rubric_and_every_aspect_has_words():
    assert sorted((causes() | set(ASPECTS)) - rules("repairs")["causes"].keys()) == []


def test_nothing_is_repaired_that_the_rubric_does_not_know():
    assert sorted(rules("repairs")["causes"].keys() - causes() - set(ASPECTS)) == []


def test_a_first_attempt_has_no_repairs():
    assert repaired("prompt", TEE, LOOK, ()) == ("prompt", negative_prompt())


def test_words_are_filled_from_the_article_and_go_behind_the_prompt():
    prompt, negative = repaired("a navy t-shirt", TEE, LOOK, ("main_colour", "pattern_missing"))
    assert prompt == "a navy t-shirt, the whole garment truly navy, exact colour, striped pattern clearly visible over the whole garment"
    assert negative == f"{negative_prompt()}, wrong colour, colour cast"


@pytest.mark.parametrize("cause", ["sleeves", "collar", "something new"])
def test_what_the_texts_do_not_state_is_not_made_up(cause):
    assert repaired("prompt", TEE, LOOK, (cause,))[0] == "prompt"


def test_the_stable_diffusion_family_reads_brackets():
    weighed = Look(LOOK.colours, LOOK.background, "weights", LOOK.noun)
    assert repaired("prompt", TEE, weighed, ("tilted",))[0] == "prompt, ((perfectly straight and upright))"


def test_the_same_words_are_not_said_twice():
    assert repaired("prompt", TEE, LOOK, ("material", "material_texture"))[0].count("cotton") == 1
