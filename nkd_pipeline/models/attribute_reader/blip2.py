"""BLIP-2 over T5: questions and pictures in, answers out. A picture is looked at once, whatever the number of questions about it."""

from __future__ import annotations

import types
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nkd_pipeline.models.attribute_reader.questions import bare
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.prompt_improver.tokenizer import batch
from nkd_pipeline.models.weights import require_whole

if TYPE_CHECKING:
    import torch
    from PIL import Image

PROMPT = "Question: {question} Answer:"  # as BLIP-2's authors ask (arXiv 2301.12597)
IGNORED = -100  # label of padding: the loss leaves it out
KIND = "Blip2ForConditionalGeneration"
_CURE = "Name a BLIP-2 model over T5 such as Salesforce/blip2-flan-t5-xl, or one that was trained here."


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, and how probable the model holds just these words, 0..1."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Blip2:
    """A model with its processor."""

    model: Any
    processor: Any

    def pixels(self, pictures: Sequence[Image.Image]) -> torch.Tensor:
        """RGB pictures as the model's own preprocessing makes them, (n, 3, edge, edge), on the CPU."""
        found: torch.Tensor = self.processor.image_processor(images=list(pictures), return_tensors="pt")["pixel_values"]
        return found

    def lesson(self, pixels: torch.Tensor, asked: Sequence[Sequence[tuple[str, str]]], longest: tuple[int, int]) -> dict[str, torch.Tensor]:
        """A batch to learn from: for each picture its questions with the right answers; `longest` are the tokens of a question and of an answer.

        `questions` is how many there are of each picture: what `learning` makes of the model takes it.
        """
        import torch

        pairs = [pair for of_picture in asked for pair in of_picture]
        ids, mask = self._asked([question for question, _ in pairs], longest[0])
        answers, told = self._tokens([answer for _, answer in pairs], longest[1])
        counts = torch.tensor([len(of_picture) for of_picture in asked])
        labels = answers.masked_fill(told == 0, IGNORED)
        return {"pixel_values": pixels, "input_ids": ids, "attention_mask": mask, "labels": labels, "questions": counts}

    def seen(self, pixels: torch.Tensor) -> torch.Tensor:
        """What the queries see in each picture, as the language model reads it, (pictures, queries, width)."""
        first = next(self.model.parameters())
        return seen(self.model, pixels.to(first.device, first.dtype))

    def answers(self, pictures: torch.Tensor, questions: Sequence[str], longest: tuple[int, int]) -> list[Answered]:
        """The likeliest answer, word by word, to question i about what `seen` has found in picture i."""
        import torch

        with torch.inference_mode():
            ids, mask = (tensor.to(pictures.device) for tensor in self._asked(questions, longest[0]))
            written = self.model.language_model.generate(
                inputs_embeds=_joined(self.model, pictures, ids),
                attention_mask=mask,
                max_new_tokens=longest[1],
                do_sample=False,
                num_beams=1,
                output_logits=True,
                return_dict_in_generate=True,
            )
            tokens = written.sequences[:, 1:]  # without the start
            chances = torch.stack(written.logits, 1).float().log_softmax(-1).gather(-1, tokens[..., None])[..., 0]
            ends = tokens == self.model.config.text_config.eos_token_id
            counted = (ends.cumsum(1) - ends.long()) == 0  # up to the end, which counts as well: an answer must know where to stop
            sure = (chances * counted).sum(1).exp().clamp(max=1).tolist()  # no number stays none
        texts = self.processor.tokenizer.batch_decode(tokens, skip_special_tokens=True)
        return [Answered(" ".join(text.split()), chance) for text, chance in zip(texts, sure, strict=True)]

    def _asked(self, questions: Sequence[str], longest: int) -> tuple[torch.Tensor, torch.Tensor]:
        """(ids, mask) of the questions, before each of them the places of the picture."""
        import torch

        ids, mask = self._tokens([PROMPT.format(question=bare(question)) for question in questions], longest)
        config = self.model.config
        # a question that writes the picture's own token would shift what is seen
        ids = ids.masked_fill(ids == config.image_token_id, self.processor.tokenizer.unk_token_id)
        places = torch.full((len(ids), config.num_query_tokens), config.image_token_id)
        return torch.cat([places, ids], 1), torch.cat([torch.ones_like(places), mask], 1)

    def _tokens(self, texts: Sequence[str], longest: int) -> tuple[torch.Tensor, torch.Tensor]:
        """(ids, mask) of texts; the same text, as questions are, is cut into tokens once."""
        places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
        ids, mask = batch(self.processor.tokenizer, list(places), longest)
        chosen = [places[text] for text in texts]
        return ids[chosen], mask[chosen]


def seen(model: Any, pixels: torch.Tensor) -> torch.Tensor:  # noqa: ANN401 - transformers is untyped
    """What the model's queries see, projected to the width of its language model."""
    found: torch.Tensor = model.get_image_features(pixels, return_dict=True).pooler_output
    return found


def _joined(model: Any, pictures: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:  # noqa: ANN401
    """What the language model reads: what was seen, then the words of the question."""
    words: torch.Tensor = model.get_input_embeddings()(ids)
    return words.masked_scatter((ids == model.config.image_token_id)[..., None], pictures.to(words.dtype))


def learning(model: Any) -> Any:  # noqa: ANN401
    """The model, made to take several questions about one picture: its own forward looks at the picture again for each of them."""

    def forward(self: Any, pixel_values: torch.Tensor, input_ids: torch.Tensor, questions: torch.Tensor, **more: Any) -> Any:  # noqa: ANN401
        pictures = seen(self, pixel_values).repeat_interleave(questions, 0)
        more.pop("return_dict", None)
        return self.language_model(inputs_embeds=_joined(self, pictures, input_ids), **more)

    model.forward = types.MethodType(forward, model)  # of this object alone: class, weights and files stay BLIP-2's
    return model


def loaded(folder: Path, dtype: torch.dtype) -> Blip2:
    """The model of a checked folder, on the CPU. Raises CheckpointError when it does not hold all weights of a BLIP-2 over T5."""
    from transformers import AutoConfig, Blip2ForConditionalGeneration, Blip2Processor

    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    if config.model_type != "blip-2" or config.architectures != [KIND]:
        raise CheckpointError(f"{folder} is {', '.join(config.architectures or [config.model_type])}, no {KIND}. {_CURE}")
    if config.text_config.model_type != "t5":
        raise CheckpointError(f"{folder} is BLIP-2 over {config.text_config.model_type}. {_CURE}")
    found: Any = Blip2ForConditionalGeneration.from_pretrained(
        folder, dtype=dtype, use_safetensors=True, local_files_only=True, output_loading_info=True
    )
    model, report = found
    require_whole(folder, report, "BLIP-2", _CURE)
    processor: Any = Blip2Processor.from_pretrained(folder, local_files_only=True)
    if model.config.image_token_id is None:  # older checkpoints do not say which token is the picture's; their embeddings have room for it
        model.config.image_token_id = processor.tokenizer.convert_tokens_to_ids("<image>")
    return Blip2(model.eval(), processor)
