"""The legacy prompt strategy as a stage: translation, summary, keywords, glossary filter, definitions, prompt."""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any, ClassVar

from nkd_pipeline.models.checkpoint import Checkpoint
from nkd_pipeline.models.legacy_prompting.glossary import Definitions, meaning, read_definitions, visible
from nkd_pipeline.models.legacy_prompting.keywords import keywords
from nkd_pipeline.models.legacy_prompting.settings import LegacySettings
from nkd_pipeline.models.legacy_prompting.summaries import BartSummariser, ChosenSentences, Summariser
from nkd_pipeline.models.marian import MarianTranslator
from nkd_pipeline.models.retrieval import Found
from nkd_pipeline.models.stage import ModelStage
from nkd_pipeline.models.text_encoder import encoder
from nkd_pipeline.records import Article, DescribedArticle, Finding, Prompt, Translation
from nkd_pipeline.stage import RowError, Stage, StageSettings
from nkd_pipeline.text.english.lexicon import english_digest
from nkd_pipeline.text.prompting import PromptSettings, PromptWriter
from nkd_pipeline.text.translation import LexiconTranslator


@dataclass(frozen=True, slots=True)
class Read:
    """What the steps made of one article's texts."""

    subject: str
    kept: tuple[str, ...]  # keywords that can be seen
    dropped: tuple[str, ...]  # keywords that cannot
    defined: tuple[tuple[str, Found], ...]  # keyword and its entry of the glossary


class LegacyPromptWriter(ModelStage[DescribedArticle, Prompt]):
    """Writes prompts from the article's running text, as was done before attributes were extracted.

    Only the words of the prompt are its own: negative prompt, short prompt for CLIP, background and retention come from the template and from the
    article's attributes, so that both strategies are measured alike. Findings name the keywords that were dropped, and the glossary's entry behind
    each definition. Raises `RowError("no_text")` for an article without texts, and RowError as the translator and `PromptWriter` do.
    """

    Settings: ClassVar[type[StageSettings]] = LegacySettings
    _settings: LegacySettings  # type: ignore[assignment]  # several models, none of which is the main one

    def __init__(self, settings: StageSettings) -> None:
        super().__init__(settings)
        self._template = PromptWriter(PromptSettings(**settings.model_dump(include=set(PromptSettings.model_fields))))
        own = self._settings.translator
        self._translator: Stage[Article, Translation] = MarianTranslator(own) if own else LexiconTranslator(StageSettings())

    @property
    def backend(self) -> str:
        """Who summarises."""
        return f"legacy ({self._settings.summary.checkpoint.name if self._settings.summary else ChosenSentences.name})"

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        return self._settings.checkpoints

    def fingerprint(self) -> dict[str, object]:
        glossary = "\n".join(f"{passage.name} {passage.text}" for passage in read_definitions(self._settings.definitions))
        wording = files(__package__).joinpath("wording.toml").read_bytes()
        return {
            "backend": type(self).__name__,
            "code_version": self.code_version,
            "settings": self._settings.model_dump(mode="json", exclude={"batch_size"}),
            "checkpoints": [checkpoint.identity() for checkpoint in self.checkpoints()],
            "template": self._template.fingerprint(),
            "translator": self._translator.fingerprint(),
            "english": english_digest(),
            "glossary": hashlib.sha256(glossary.encode() + wording).hexdigest(),
        }

    def load(self) -> None:
        """Raises CheckpointError when a model is not on this machine, PassagesError for a glossary that cannot be read."""
        wanted = self._settings
        self._template.load()
        self._translator.load()
        self._encoder = encoder(wanted.keywords.encoder)
        self._summariser: Summariser = BartSummariser(wanted.summary) if wanted.summary else ChosenSentences(self._encoder, wanted.sentences)
        self._definitions = Definitions(wanted.definitions)

    def weight(self, row: DescribedArticle) -> int:
        """Characters of the article's texts."""
        return len(row.article.name) + len(row.article.description)

    def __call__(self, rows: Sequence[DescribedArticle]) -> list[Prompt]:
        english = [_english(row.article) for row in rows] if self._settings.language == "english" else self._translator([row.article for row in rows])
        return [self._written(row, read) for row, read in zip(rows, self.read(english), strict=True)]

    def read(self, articles: Sequence[Translation]) -> list[Read]:
        """Summary, keywords, glossary and definitions of articles in English."""
        texts = [_text(article) for article in articles]
        wanted = self._settings.keywords
        summaries = self._summariser.summaries(texts)
        found = keywords(summaries, self._encoder, wanted.count, wanted.longest, wanted.diversity)
        return [self._filtered(*each) for each in zip(articles, summaries, found, strict=True)]

    def _filtered(self, article: Translation, summary: str, found: Sequence[str]) -> Read:
        kept = visible(found)
        entries = zip(kept, self._definitions.of(kept), strict=True)
        defined = [(keyword, entry) for keyword, entry in entries if entry][: self._settings.defined]
        subject = " ".join((article.name or article.model_name or summary).split())
        unseen = [keyword for keyword in found if not any(keyword in one for one in kept)]
        return Read(subject, tuple(kept), tuple(unseen), tuple(defined))

    def _written(self, row: DescribedArticle, read: Read) -> Prompt:
        plain = self._template.written(replace(row, repairs=()))
        wording = _wording()
        words = [keyword for keyword in read.kept if keyword not in read.subject.lower()]
        meanings = [wording["definition"].format(keyword=keyword, text=meaning(entry.passage)) for keyword, entry in read.defined]
        text: str = wording["prompt"].format(
            subject=read.subject,
            keywords="".join(f", {word}" for word in words),
            definitions="".join(f", {one}" for one in meanings),
            background=plain.background,
        )
        prompt = self._template.written(row, text)
        return replace(prompt, findings=(*prompt.findings, *_findings(read)))


def _findings(read: Read) -> list[Finding]:
    defined = [
        Finding("defined_keyword", "prompt", keyword, "glossary_expansion", f"{entry.passage.name}: {entry.passage.text}")
        for keyword, entry in read.defined
    ]
    if not read.dropped:
        return defined
    says = "keywords that name nothing a picture can show were left out"
    return [*defined, Finding("dropped_keywords", "prompt", ", ".join(read.dropped), "glossary_filter", says)]


def _english(article: Article) -> Translation:
    """The texts of a delivery in English, as they are."""
    columns = ("name", "description", "model_name", "model_descr", "color", "gender", "category")
    return Translation(article.article_id, **{column: getattr(article, column) for column in columns})


def _text(article: Translation) -> str:
    """All that is read of an article. Raises RowError for one without texts."""
    text = "\n".join(part for column in _wording()["columns"] if (part := getattr(article, column).strip()))
    if not text:
        raise RowError("no_text", f"article {article.article_id} has no text to summarise. Fill name or description in the delivery.")
    return text


@functools.cache
def _wording() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("wording.toml").read_text(encoding="utf-8"))
