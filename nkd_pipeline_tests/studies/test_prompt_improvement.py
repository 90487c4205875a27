"""The steps of prompt improvement, each with what the one before it left in the study's home."""

import pytest

from nkd_pipeline.records.studies import ImprovedPrompt, PromptPair
from nkd_pipeline.report.table import plain_rows
from nkd_pipeline.review.preference_task import Preference, PreferenceTask, pairs_of_attempts
from nkd_pipeline.storage.tables import OK, RowState, StageRow
from nkd_pipeline.studies.common.running import StudyError
from nkd_pipeline.studies.prompt_improvement import measures, steps
from nkd_pipeline.studies.prompt_improvement.pairs import pairs_of, unseen_articles
from nkd_pipeline.studies.prompt_improvement.settings import settings
from nkd_pipeline.text.short_form import short_form
from nkd_pipeline_tests.studies.quick import quick_run

TEXTS = {
    "A-1": (
        "women's blouse, pink",
        "a product photo of a women's blouse in pink with short sleeves, trending on artstation",
        ("trending on artstation",),
    ),
    "A-2": ("men's t-shirt, navy, crew neck", "a product photo of a men's t-shirt in navy", ()),
}


@pytest.fixture
def run(tmp_path):
    return quick_run(tmp_path / "home", "prompt-improvement")


@pytest.fixture
def improved(run):
    """A run in whose home two prompts have been improved."""
    prompts = {key: ImprovedPrompt(key, *texts) for key, texts in TEXTS.items()}
    run.plain("prompt_pairs", PromptPair, [PromptPair(key, prompt.basic, prompt.text, held_out=True) for key, prompt in prompts.items()])
    rows = [StageRow(RowState(key, OK, None, None, "", "", 1, 0.0, ""), prompt) for key, prompt in prompts.items()]
    run.study.tables.write("improved_prompts", ImprovedPrompt, "study", rows)
    return run, prompts


def test_pairs_are_made_of_articles_and_some_are_held_out(run):
    pairs = pairs_of(run.main, settings(run.study.profile))
    assert len(pairs) == 40
    assert 0 < sum(pair.held_out for pair in pairs) < 40
    assert not {pair.basic for pair in pairs if pair.held_out} & {pair.basic for pair in pairs if not pair.held_out}


def test_pairs_come_from_a_file_where_one_is_named(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    lines = [f"women's blouse no. {number},a product photo of blouse {number}" for number in range(40)]
    (home / "pairs.csv").write_text("\n".join(["basic,improved", *lines]))
    run = quick_run(home, "prompt-improvement", '[studies.prompt_improvement.pairs]\ndata = "./pairs.csv"\n')
    pairs = pairs_of(run.main, settings(run.study.profile))
    assert pairs[7].improved == "a product photo of blouse 7"
    assert 0 < sum(pair.held_out for pair in pairs) < 40


def test_too_few_pairs_are_refused_before_anything_is_trained(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "pairs.csv").write_text("basic,improved\nblouse,a fine blouse\n")
    run = quick_run(home, "prompt-improvement", '[studies.prompt_improvement.pairs]\ndata = "./pairs.csv"\n')
    with pytest.raises(StudyError, match=r"1 pairs, \d of them held out, are too few"):
        pairs_of(run.main, settings(run.study.profile))


def test_strategies_are_compared_on_articles_that_nobody_was_trained_on(run):
    wanted = settings(run.study.profile)
    trained = {pair.basic for pair in pairs_of(run.main, wanted) if not pair.held_out}
    unseen = unseen_articles(run.main, wanted)
    assert len(unseen) == wanted.compared
    assert not trained & {short_form(order.attributes, order.prompt.colours) for order in unseen}


def test_a_step_whose_input_is_missing_says_what_to_materialize(run):
    with pytest.raises(StudyError, match="prompt_pairs has not been materialized"):
        steps.improver(run)
    with pytest.raises(StudyError, match="improved_prompts has not been materialized"):
        steps.improved_images(run)


def test_pictures_of_both_prompts_can_be_compared_on_the_review_page(improved):
    run, _ = improved
    made = steps.improved_images(run)
    assert made.rows == 2
    task = PreferenceTask(run.study, pairs_of_attempts(run.study, run.study.shards()))
    pairs = sorted(task.items.values(), key=lambda pair: pair.first.article_id)
    assert [(pair.first.article_id, pair.first.attempt, pair.second.attempt) for pair in pairs] == [("A-1", 1, 2), ("A-2", 1, 2)]
    assert pairs[0].first.texts.name == "women's blouse, pink"
    for pair in pairs:
        task.save("anna", pair.key, "tie" if pair.first.article_id == "A-1" else "left")
    found = measures.preferences(run)
    assert (found.judgements, found.ties, found.decided) == (2, 1, 1)
    assert {row.reviewer for row in run.study.tables.read_records("preferences", Preference, "study")} == {"anna"}


def test_the_same_pictures_are_not_made_again_and_a_lost_one_is(improved):
    run, _ = improved
    steps.improved_images(run)
    steps.improved_images(run)
    assert run.outcomes["improved_images"].counts.computed == 0
    (run.study.home.root / "images" / "study" / "A-2" / "2.png").unlink()
    steps.improved_images(run)
    assert run.outcomes["improved_images"].counts.computed == 1
    assert run.outcomes["original_images"].counts.computed == 0


def test_scores_are_those_of_the_three_pairs_that_the_paper_compares(improved):
    run, _ = improved
    steps.improved_images(run)
    found = measures.clip_scores(run)
    assert list(found) == ["original text, original picture", "new text, new picture", "original text, new picture"]
    assert {tuple(scores) for scores in found.values()} == {("A-1", "A-2")}
    assert len({scores["A-1"] for scores in found.values()}) == 3


def test_facts_and_styles_are_counted_by_what_the_texts_say(improved):
    _, prompts = improved
    facts = measures.count_facts(prompts.values())
    assert dict(facts.lost) == {"neckline": 1}
    assert dict(facts.invented) == {"sleeves": 1}
    plain = prompts | {"A-2": ImprovedPrompt("A-2", *TEXTS["A-2"][:2], ("octane render", "oil painting"))}
    rows = plain_rows(measures.style_table(prompts, plain))
    assert [(row["decoding"], row["prompts_with_invented_styles_count"], row["styles_invented"]) for row in rows] == [
        ("without penalty", 2, 3),
        ("with penalty", 1, 1),
    ]
