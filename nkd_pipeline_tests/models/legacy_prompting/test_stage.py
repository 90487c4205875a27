"""The legacy strategy as prompt strategy of the main flow: German texts in, prompts out, with what was dropped and defined."""

import pytest

from nkd_pipeline.execution.hashing import fingerprint_of
from nkd_pipeline.execution.profile import load_profile
from nkd_pipeline.models.legacy_prompting.glossary import Definitions, meaning, read_definitions, visible
from nkd_pipeline.models.legacy_prompting.settings import LegacySettings
from nkd_pipeline.models.legacy_prompting.stage import LegacyPromptWriter
from nkd_pipeline.models.retrieval import RetrievalSettings
from nkd_pipeline.records import Article, DescribedArticle
from nkd_pipeline.stage import RowError
from nkd_pipeline.text.extraction import attributes_of
from nkd_pipeline.text.prompting import PromptSettings, PromptWriter

STAGE = "nkd_pipeline.models.legacy_prompting.stage:LegacyPromptWriter"


def row(name="Damen-Bluse", description="Mit V-Ausschnitt und langen Ärmeln.\n- Viskose\n- Bei 30 Grad waschbar", **texts):
    article = Article("A-1", "", "", 2, **({"name": name, "description": description, "model_descr": "rosa,meliert"} | texts))
    return DescribedArticle(article, attributes_of(article))


def loaded(**settings):
    stage = LegacyPromptWriter(LegacySettings(**settings))
    stage.load()
    return stage


def test_a_prompt_says_the_keywords_that_can_be_seen_and_defines_some():
    (prompt,) = loaded()([row()])
    assert prompt.prompt.startswith("Professional product photography of ")
    assert "blouse" in prompt.prompt.lower()
    assert "on a plain white background" in prompt.prompt
    kinds = [finding.kind for finding in prompt.findings]
    assert "defined_keyword" in kinds
    assert "waschbar" not in prompt.prompt
    defined = next(finding for finding in prompt.findings if finding.kind == "defined_keyword")
    assert ".md #" in defined.says, "the source of a definition is kept"
    assert defined.says.partition(": ")[2].partition(": ")[2].rstrip(".") in prompt.prompt


def test_all_but_the_words_is_what_the_template_gives():
    """So that both strategies are measured alike."""
    (template,), (legacy,) = PromptWriter(PromptSettings())([row()]), loaded()([row()])
    assert (legacy.negative_prompt, legacy.clip_prompt, legacy.background, legacy.colours, legacy.facts_total) == (
        template.negative_prompt,
        template.clip_prompt,
        template.background,
        template.colours,
        template.facts_total,
    )
    assert 0 <= legacy.retention <= 1
    assert legacy.prompt != template.prompt


def test_a_prompt_is_the_same_in_any_batch():
    stage, rows = loaded(), [row(), row("Herren-Jeans", "Mit Reißverschluss."), row("Mädchen-Kleid", "Ärmelloses Kleid mit Punkten.")]
    assert stage(rows) == [stage([one])[0] for one in rows]


def test_english_deliveries_are_not_translated():
    (prompt,) = loaded(language="english")([row("Ladies' blouse", "With a v-neck and long sleeves. Made of viscose.", model_descr="pink")])
    assert "Ladies' blouse" in prompt.prompt


def test_an_article_without_texts_fails_as_one_row():
    described = row()
    with pytest.raises(RowError) as caught:
        loaded()([DescribedArticle(Article("A-2", "", "", 3), described.attributes)])
    assert caught.value.kind == "no_text"


@pytest.mark.parametrize(
    ("keywords", "kept"),
    [
        pytest.param(["v-neck", "pleasant", "washable"], ["v-neck"], id="only what the vocabulary can see"),
        pytest.param(["sleeves long", "long sleeves"], ["sleeves long"], id="the same words twice: the first"),
        pytest.param(["cotton", "soft cotton blouse"], ["soft cotton blouse"], id="one phrase says the other"),
    ],
)
def test_the_glossary_keeps_what_a_picture_can_show(keywords, kept):
    assert visible(keywords) == kept


def test_a_keyword_gets_the_entry_that_is_about_it_and_no_other():
    neck, unknown = Definitions(RetrievalSettings(count=1, least=0.25)).of(["crew neck", "button"])
    assert neck.passage.text.startswith("Crew neck:")
    assert meaning(neck.passage) == "a round neckline close to the base of the throat"
    assert unknown is None


def test_every_entry_of_the_glossary_is_found_by_its_own_term():
    settings = RetrievalSettings(count=1, least=0.25)
    terms = [passage.text.partition(":")[0] for passage in read_definitions(settings)]
    found = Definitions(settings).of(terms)
    assert [entry and entry.passage.text.partition(":")[0] for entry in found] == terms


def test_a_profile_can_choose_it_in_the_templates_place(tmp_path):
    (tmp_path / "own.toml").write_text(f'extends = "sketch"\n[stages.prompts]\nstage = "{STAGE}"\nemphasis = "words"\n')
    stage = load_profile(str(tmp_path / "own.toml")).stage("prompts")
    assert isinstance(stage, LegacyPromptWriter)
    assert stage.backend == "legacy (extractive summary)"


def test_another_glossary_makes_other_prompts(tmp_path):
    (tmp_path / "own.md").write_text("Blouse: a light garment for the upper body.")
    own = LegacySettings(definitions=RetrievalSettings(folder=str(tmp_path), count=1, least=0.25))
    assert fingerprint_of(LegacyPromptWriter(own)) != fingerprint_of(LegacyPromptWriter(LegacySettings()))
