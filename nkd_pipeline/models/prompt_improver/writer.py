"""The improver as a prompt strategy of the main flow: the template says what must be said, the improver how."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import ClassVar

from nkd_pipeline.models.prompt_improver.stage import ImproverStageSettings, loaded_improver, require_length
from nkd_pipeline.models.stage import ModelStage
from nkd_pipeline.records import DescribedArticle, Finding, Prompt
from nkd_pipeline.stage import StageSettings
from nkd_pipeline.text.english.comparing import facts_invented, facts_lost
from nkd_pipeline.text.english.lexicon import english_digest
from nkd_pipeline.text.prompting import PromptSettings, PromptWriter
from nkd_pipeline.text.short_form import short_form
from nkd_pipeline.text.styles import invented_styles, styles_digest

# facts that can be said again in a phrase of their own, and how; without one of the others a text is about something else
AGAIN = {"material": "made of {}"} | dict.fromkeys(
    ("neckline", "collar", "sleeves", "closure", "hem", "fit", "length", "detail", "print", "motif", "pattern"), "{}"
)


class ImprovedPromptSettings(ImproverStageSettings, PromptSettings):
    """Settings of the improver and of the template."""


class ImprovedPromptWriter(ModelStage[DescribedArticle, Prompt]):
    """Writes each article's prompt by the template, and has its short form improved to take the template's place.

    Facts that the improved text lost are put in again. Where it is about another garment, says what no text says or names a style, the template's
    text stays. A finding tells of either. All else of the prompt is the template's. Raises what `PromptWriter` raises.
    """

    Settings: ClassVar[type[StageSettings]] = ImprovedPromptSettings
    _settings: ImprovedPromptSettings

    def __init__(self, settings: StageSettings) -> None:
        super().__init__(settings)
        self._template = PromptWriter(PromptSettings(**settings.model_dump(include=set(PromptSettings.model_fields))))

    def fingerprint(self) -> dict[str, object]:
        words = {"template": self._template.fingerprint(), "english": english_digest(), "styles": styles_digest()}
        return super().fingerprint() | words

    def load(self) -> None:
        self._template.load()
        self._improver = loaded_improver(self._settings)

    def weight(self, row: DescribedArticle) -> int:
        """Characters of the short form."""
        return len(short_form(row.attributes))

    def __call__(self, rows: Sequence[DescribedArticle]) -> list[Prompt]:
        plain = [self._template.written(dataclasses.replace(row, repairs=())) for row in rows]
        basics = [short_form(row.attributes, prompt.colours) for row, prompt in zip(rows, plain, strict=True)]
        for row, basic in zip(rows, basics, strict=True):
            require_length(self._improver, row.article_id, basic)
        texts = self._improver.improve(basics, [row.article_id for row in rows], self._settings)
        return [self._chosen(*each) for each in zip(rows, plain, basics, texts, strict=True)]

    def _chosen(self, row: DescribedArticle, plain: Prompt, basic: str, text: str) -> Prompt:
        """The prompt with the improved text, mended, or with the template's."""
        text, again = mended(text, plain)
        wrong = [
            *(f"lost {fact.aspect} {fact.value}" for fact in facts_lost(plain.prompt, text)),
            *(f"invented {fact.aspect} {fact.value}" for fact in facts_invented(plain.prompt, text)),
            *(f"invented {style}" for style in invented_styles(basic, text)),
        ]
        if wrong:
            says = f"the improved text {', '.join(wrong)}: the template's text is used"
            return _with_finding(self._template.written(row), Finding("improver_refused", "prompt", text, "template", says))
        prompt = self._template.written(row, text)
        says = f"the improver left out {', '.join(again)}: put in again"
        return _with_finding(prompt, Finding("improver_mended", "prompt", ", ".join(again), "facts_restored", says)) if again else prompt


def mended(text: str, plain: Prompt) -> tuple[str, list[str]]:
    """An improved text with the background of the template and with the facts that it lost and that can be said again, and these facts."""
    ground = f"{plain.background} background"
    phrases = [phrase for phrase in text.split(", ") if "background" not in phrase or ground in phrase]
    if not any(ground in phrase for phrase in phrases):
        phrases.append(f"on a plain {ground}")
    lost = [fact for fact in facts_lost(plain.prompt, ", ".join(phrases)) if fact.aspect in AGAIN]
    phrases[1:1] = dict.fromkeys(AGAIN[fact.aspect].format(fact.value) for fact in lost)  # behind the phrase that names the garment
    return ", ".join(phrases), list(dict.fromkeys(fact.value for fact in lost))


def _with_finding(prompt: Prompt, finding: Finding) -> Prompt:
    return dataclasses.replace(prompt, findings=(*prompt.findings, finding))
