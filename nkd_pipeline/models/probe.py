"""The probe judge: which of several statements a CLIP model finds likeliest for each picture, the stated value's or an alternative's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.clip import ClipModel
from nkd_pipeline.models.open_clip import OpenClipModel
from nkd_pipeline.models.picture_text import PictureTextStage
from nkd_pipeline.records import Answer, JudgedImage, PictureAnswers
from nkd_pipeline.rubric.claims import read_claims
from nkd_pipeline.rubric.questions import Inquiry, Question, ask, left_out
from nkd_pipeline.rubric.topics import digest

if TYPE_CHECKING:
    import torch

JUDGE = "probe"


class ProbeJudge(PictureTextStage[PictureAnswers]):
    """Asks about each stated attribute by comparing its statement with those of the alternatives (zero-shot classification, as CLIP's authors do).

    The logits are cosines times the model's own scale, the probability is their softmax. A model with `claims.toml` beside its weights is asked about
    nothing else. Raises RowError as `read_picture` does, and "no_number" when the model gives none.
    """

    def fingerprint(self) -> dict[str, object]:
        return super().fingerprint() | {"questions": digest()}

    def load(self) -> None:
        """Raises CheckpointError as all models do, and when the claims cannot be read."""
        super().load()
        try:
            self._claims = read_claims(self._settings.checkpoint.folder())
        except ValueError as error:
            raise CheckpointError(str(error)) from error

    def __call__(self, rows: Sequence[JudgedImage]) -> list[PictureAnswers]:
        """Judges a batch; result i belongs to row i."""
        inquiries = [ask(row.attributes, row.prompt, self._claims) for row in rows]
        texts = list(dict.fromkeys(text for inquiry in inquiries for question in inquiry.questions for text in _statements(question)))
        pictures, encoded = self.features(rows, texts)
        if not (pictures.isfinite().all() and encoded.isfinite().all()):
            raise self.damaged()
        features = dict(zip(texts, encoded, strict=True))
        return [self._answers(row, inquiry, picture, features) for row, inquiry, picture in zip(rows, inquiries, pictures, strict=True)]

    def _answers(self, row: JudgedImage, inquiry: Inquiry, picture: torch.Tensor, features: dict[str, torch.Tensor]) -> PictureAnswers:
        answers = tuple(self._answer(question, picture, features) for question in inquiry.questions if question.alternatives)
        alone = [f"{question.cause}: {question.value}" for question in inquiry.questions if not question.alternatives]
        reason = left_out([*inquiry.left_out, *alone])
        return PictureAnswers(row.article_id, row.attempt, JUDGE, self.backend if answers else "", answers, reason)

    def _answer(self, question: Question, picture: torch.Tensor, features: dict[str, torch.Tensor]) -> Answer:
        import torch

        choices = (question.stated, *question.alternatives)
        logits = self._model.scale * (torch.stack([features[choice.statement] for choice in choices]) * picture).sum(-1)
        probability, margin = logits.softmax(-1)[0].item(), (logits[0] - logits[1:].max()).item()
        best = choices[int(logits.argmax())].value
        return Answer(question.aspect, question.cause, question.stated.statement, question.value, best, probability, margin)


class ClipProbe(ProbeJudge):
    """Probes with a CLIP model of transformers; where `ClipScorer` has the same checkpoint there is one copy of it."""

    model_class = ClipModel


class OpenClipProbe(ProbeJudge):
    """Probes with a model of open_clip, such as one that was trained at home."""

    model_class = OpenClipModel


def _statements(question: Question) -> list[str]:
    return [choice.statement for choice in (question.stated, *question.alternatives)] if question.alternatives else []
