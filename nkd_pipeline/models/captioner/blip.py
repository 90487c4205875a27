"""BLIP captioners: made from nothing, or loaded from a checkpoint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nkd_pipeline.models.captioner.settings import SmallBlip
from nkd_pipeline.models.captioner.tokenizer import START, made_tokenizer, tidied
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.places import place_waves
from nkd_pipeline.models.weights import require_whole

if TYPE_CHECKING:
    import torch
    from PIL import Image

_CURE = "Name a BLIP captioner such as Salesforce/blip-image-captioning-base, or one that was trained here."
_IGNORED = -100  # label of padding: the loss leaves it out


@dataclass(frozen=True, slots=True)
class Wording:
    """How captions are written: the likeliest word each time, or of `beams` wordings the likeliest; the same for the same picture."""

    beams: int = 1
    max_tokens: int = 64
    repetition_penalty: float = 1.0


@dataclass(frozen=True, slots=True)
class Blip:
    """A model with its processor."""

    model: Any
    processor: Any

    def pixels(self, pictures: Sequence[Image.Image]) -> torch.Tensor:
        """RGB pictures as the model's own preprocessing makes them, (n, 3, edge, edge), on the CPU."""
        found: torch.Tensor = self.processor.image_processor(images=list(pictures), return_tensors="pt")["pixel_values"]
        return found

    def lesson(self, pixels: torch.Tensor, texts: Sequence[str], max_tokens: int) -> dict[str, torch.Tensor]:
        """A batch to learn from: the start token, the words, the end; padding is not learnt."""
        batch = self.processor.tokenizer(list(texts), max_length=max_tokens, truncation=True, padding=True, return_tensors="pt")
        # the tokenizer begins with [CLS] as BERT does; captions are written from [DEC] on, and must be learnt from there
        batch.input_ids[:, 0] = self.model.config.text_config.bos_token_id
        labels = batch.input_ids.masked_fill(batch.attention_mask == 0, _IGNORED)
        return {"pixel_values": pixels, "input_ids": batch.input_ids, "attention_mask": batch.attention_mask, "labels": labels}

    def captions(self, pixels: torch.Tensor, wording: Wording) -> list[str]:
        """A caption for each picture."""
        import torch

        first = next(self.model.parameters())
        with torch.inference_mode():
            written = self.model.generate(
                pixel_values=pixels.to(first.device, first.dtype),
                max_new_tokens=wording.max_tokens,
                num_beams=wording.beams,
                do_sample=False,
                repetition_penalty=wording.repetition_penalty,
            )
        # without the start token, of which the tokenizers of Salesforce's checkpoints do not know that it is a special one
        return [tidied(text) for text in self.processor.batch_decode(written[:, 1:], skip_special_tokens=True)]


def made(texts: Iterable[str], size: SmallBlip, seed: int) -> Blip:
    """A small captioner from nothing; the same for the same arguments."""
    import torch
    from transformers import BlipConfig, BlipForConditionalGeneration, BlipImageProcessor, BlipProcessor, GenerationConfig

    tokenizer = made_tokenizer(texts, size.words, size.positions)
    special = {"bos_token_id": tokenizer.vocab[START], "eos_token_id": tokenizer.sep_token_id, "pad_token_id": tokenizer.pad_token_id}
    tower = {
        "hidden_size": size.width,
        "intermediate_size": 2 * size.width,
        "num_attention_heads": size.heads,
        "initializer_range": size.spread,
    }
    text = {
        **tower,
        **special,
        "num_hidden_layers": size.text_layers,
        "vocab_size": len(tokenizer),
        "encoder_hidden_size": size.width,
        "max_position_embeddings": size.positions,
        "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
        "sep_token_id": tokenizer.sep_token_id,
        "is_decoder": True,
    }
    vision = {**tower, "num_hidden_layers": size.vision_layers, "image_size": size.edge, "patch_size": size.patch}
    config = BlipConfig(text_config=text, vision_config=vision, projection_dim=size.width, image_text_hidden_size=size.width)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = BlipForConditionalGeneration(config)
        _know_places(model.vision_model.embeddings, size)
    for part in (model, model.text_decoder):
        part.generation_config = GenerationConfig(**special)
    processor: Any = BlipProcessor(BlipImageProcessor(size={"height": size.edge, "width": size.edge}), tokenizer)
    return Blip(model, processor)


def _know_places(embeddings: Any, size: SmallBlip) -> None:  # noqa: ANN401
    """Begins with the places of the squares."""
    import torch

    with torch.no_grad():
        embeddings.position_embedding[0, 1:] = place_waves(size.edge // size.patch, size.width, slowest=10_000) / 2
        weights = embeddings.patch_embedding.weight
        torch.nn.init.xavier_uniform_(weights.view(len(weights), -1))


def loaded(folder: Path, dtype: torch.dtype) -> Blip:
    """The captioner of a checked folder, on the CPU. Raises CheckpointError when it does not hold all weights of one."""
    from transformers import AutoConfig, BlipForConditionalGeneration, BlipProcessor

    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    if config.model_type != "blip" or config.architectures != ["BlipForConditionalGeneration"]:
        raise CheckpointError(f"{folder} is {', '.join(config.architectures or [config.model_type])}, no captioner. {_CURE}")
    found: Any = BlipForConditionalGeneration.from_pretrained(
        folder, dtype=dtype, use_safetensors=True, local_files_only=True, output_loading_info=True
    )
    model, report = found
    require_whole(folder, report, "captioner", _CURE)
    return Blip(model.eval(), BlipProcessor.from_pretrained(folder, local_files_only=True))
