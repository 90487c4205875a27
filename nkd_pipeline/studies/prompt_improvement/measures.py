"""What the report counts: facts kept, lost and invented, styles invented, CLIP scores of texts and pictures, people's preferences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nkd_pipeline.records import Attributes, ClipScore, GeneratedImage, JudgedImage, Prompt
from nkd_pipeline.records.studies import ImprovedPrompt
from nkd_pipeline.report.table import Share, Table
from nkd_pipeline.review.preference_results import Comparison, compare
from nkd_pipeline.review.preference_task import Preference
from nkd_pipeline.studies.common.running import SHARD, StudyRun, joined, picture_file, read_table
from nkd_pipeline.studies.prompt_improvement.steps import IMAGES, IMPROVED, ORIGINALS
from nkd_pipeline.text.english.comparing import facts_invented, facts_lost
from nkd_pipeline.text.english.reading import facts_of

PAIRS_OF_CLIP = {  # table, and whether the text is the improved one: what the paper compares
    "original text, original picture": ("original_clip_scores", False),
    "new text, new picture": ("improved_clip_scores", True),
    "original text, new picture": ("improved_clip_scores", False),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of short prompts, by aspect: how many there are, how many the improved ones lost, and how many those have that nobody stated."""

    stated: Counter[str]
    lost: Counter[str]
    invented: Counter[str]

    @property
    def kept(self) -> Share:
        """Facts that the improved prompts still state."""
        total = self.stated.total()
        return Share(total - self.lost.total(), total, "no short prompt states a fact")


def count_facts(prompts: Iterable[ImprovedPrompt]) -> Facts:
    """Reads both texts of each prompt and compares what they state."""
    stated, lost, invented = Counter[str](), Counter[str](), Counter[str]()
    for prompt in prompts:
        stated.update(fact.aspect for fact in facts_of(prompt.basic))
        lost.update(fact.aspect for fact in facts_lost(prompt.basic, prompt.text))
        invented.update(fact.aspect for fact in facts_invented(prompt.basic, prompt.text))
    return Facts(stated, lost, invented)


def style_table(penalised: Mapping[str, ImprovedPrompt], plain: Mapping[str, ImprovedPrompt]) -> Table:
    """The same short prompts with and without the penalty."""
    rows = []
    for name, prompts in (("without penalty", plain), ("with penalty", penalised)):
        found = [prompt.styles_invented for prompt in prompts.values()]
        with_styles = Share(sum(map(bool, found)), len(found), "nothing was improved")
        rows.append((name, with_styles, sum(map(len, found)), count_facts(prompts.values()).kept))
    columns = ("decoding", "prompts with invented styles", "styles invented", "facts kept")
    return Table(
        "styles", "Styles that nobody asked for", columns, tuple(rows), "", "Styles, artists, renderers and sites that the short prompt lacks."
    )


def fact_table(facts: Facts) -> Table:
    """Facts by aspect."""
    aspects = sorted(facts.stated | facts.invented, key=lambda aspect: (-facts.stated[aspect], aspect))
    rows = tuple(
        (aspect.replace("_", " "), Share(facts.stated[aspect] - facts.lost[aspect], facts.stated[aspect], "never stated"), facts.invented[aspect])
        for aspect in aspects
    )
    note = "What a short prompt states of the garment, and whether the improved one still does. Studio words are no facts."
    return Table("facts", "Garment facts", ("aspect", "kept", "invented"), rows, "No short prompt states a fact.", note)


def clip_scores(run: StudyRun) -> dict[str, dict[str, float]]:
    """Scores by what is compared and article; empty where the profile's scorer gives none."""
    prompts = read_table(run.study, IMPROVED, ImprovedPrompt, IMPROVED)
    scored = {
        "original_clip_scores": _scored(run, "original_clip_scores", ORIGINALS, prompts),
        "improved_clip_scores": _scored(run, "improved_clip_scores", IMAGES, prompts),
    }
    return {
        name: {article_id: value for article_id, row in scored[table].items() if (value := row.prompt_score if new else row.score) is not None}
        for name, (table, new) in PAIRS_OF_CLIP.items()
    }


def _scored(run: StudyRun, name: str, images: str, prompts: Mapping[str, ImprovedPrompt]) -> dict[str, ClipScore]:
    pictures = read_table(run.study, images, GeneratedImage, IMAGES)

    def judged(image: GeneratedImage) -> JudgedImage:
        prompt, nothing = prompts[image.article_id], Attributes(image.article_id, "", "", "")
        texts = Prompt(image.article_id, prompt.text, "", prompt.basic, 0, "", (), 1.0, 0, ())
        return JudgedImage(image.article_id, image.attempt, image.sha256, texts, nothing, picture_file(run.study, image))

    known = {article_id: picture for article_id, picture in pictures.items() if article_id in prompts}
    return run.table(name, ClipScore, run.study.profile.stage("clip_scores"), joined(known, known, images, judged))


def preferences(run: StudyRun) -> Comparison | None:
    """What people preferred on the review page; None while nobody has looked."""
    found = compare(run.study.tables.read_records("preferences", Preference, SHARD))
    return found[0] if found else None
