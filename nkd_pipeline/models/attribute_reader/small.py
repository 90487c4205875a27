"""A small BLIP-2 made from nothing, with a vocabulary of the words of its questions and answers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from nkd_pipeline.models.attribute_reader.blip2 import Blip2
from nkd_pipeline.models.attribute_reader.settings import SmallBlip2
from nkd_pipeline.models.places import place_waves
from nkd_pipeline.models.prompt_improver.tokenizer import made_tokenizer

if TYPE_CHECKING:
    import torch

_SLOWEST = 100.0  # of the waves that tell places: with a hundred squares, slower ones are alike everywhere
_NEARBY = 1.4  # of the queries' attention: louder ones see a single square, quieter ones half of the picture
_QUIET = 1e-2  # variance, of pixels and features around 1, below which a difference is taken for noise and not made louder


def made(texts: Iterable[str], size: SmallBlip2, seed: int) -> Blip2:
    """The model before training; the same for the same arguments."""
    import torch
    from transformers import Blip2ForConditionalGeneration, Blip2Processor, BlipImageProcessor

    tokenizer = made_tokenizer(texts, size.words)
    # the processor adds the picture's token to the vocabulary, and the model must know which it is
    processor = Blip2Processor(BlipImageProcessor(size={"height": size.edge, "width": size.edge}), tokenizer, num_query_tokens=size.queries)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Blip2ForConditionalGeneration(_config(processor, size))
        _begin(model, size)
    return Blip2(model, processor)


def _config(processor: Any, size: SmallBlip2) -> Any:  # noqa: ANN401 - transformers is untyped
    from transformers import Blip2Config, T5Config

    tower = {
        "hidden_size": size.width,
        "intermediate_size": 2 * size.width,
        "num_attention_heads": size.heads,
        "initializer_range": size.spread,
    }
    text = T5Config(
        vocab_size=len(processor.tokenizer),
        d_model=size.text_width,
        d_kv=size.text_width // size.heads,
        d_ff=2 * size.text_width,
        num_layers=size.text_layers,
        num_decoder_layers=size.text_layers,
        num_heads=size.heads,
        feed_forward_proj="gated-gelu",
        dropout_rate=0.0,
        tie_word_embeddings=False,  # as in FLAN-T5
        decoder_start_token_id=processor.tokenizer.pad_token_id,
        pad_token_id=processor.tokenizer.pad_token_id,
        eos_token_id=processor.tokenizer.eos_token_id,
        bos_token_id=processor.tokenizer.eos_token_id,
    )
    looking = {
        **tower,
        "num_hidden_layers": size.query_layers,
        "encoder_hidden_size": size.width,
        "cross_attention_frequency": 1,
        "vocab_size": 2,  # it reads no words
        "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
    }
    return Blip2Config(
        vision_config={**tower, "num_hidden_layers": size.vision_layers, "image_size": size.edge, "patch_size": size.patch},
        qformer_config=looking,
        text_config=text.to_dict(),
        num_query_tokens=size.queries,
        image_token_index=processor.tokenizer.convert_tokens_to_ids("<image>"),
        initializer_range=size.spread,
    )


def _begin(model: Any, size: SmallBlip2) -> None:  # noqa: ANN401
    """First weights where those of the library are made for a model that goes on from another one."""
    import torch

    squares, side = size.edge // size.patch, math.isqrt(size.queries)
    with torch.no_grad():
        model.vision_model.embeddings.position_embedding[0, 1:] = place_waves(squares, size.width, _SLOWEST)
        # each query begins with a place of its own: the library's zeros, being alike, would stay alike
        model.query_tokens[0] = place_waves(squares, size.width, _SLOWEST, side)
        for layer in model.vision_model.encoder.layers:
            queries, keys, _ = layer.self_attn.qkv.weight.chunk(3)
            _attend_to_what_is_like(queries, keys, 1.0)
        for layer in model.qformer.encoder.layer:
            attention = layer.crossattention.attention
            _attend_to_what_is_like(attention.query.weight, attention.key.weight, _NEARBY)
        # as loud as the words beside it, whose embeddings have a standard deviation of 1
        model.language_projection.weight.normal_(std=size.width**-0.5)
        model.language_model.lm_head.weight.normal_(std=size.text_width**-0.5)


def _attend_to_what_is_like(queries: torch.Tensor, keys: torch.Tensor, loudness: float) -> None:
    """Begins an attention's weights, (width, width) each, so that it attends to what is like the query: at first, to what lies near its place.

    With the library's first weights it attends to everything alike, and has to learn that there are places before it can learn what is there.
    Trockman and Kolter 2023 (arXiv:2305.09828) find weights like these in trained transformers.
    """
    import torch

    turned = torch.linalg.qr(torch.randn_like(queries))[0]
    queries.copy_(loudness * turned)
    keys.copy_(loudness * turned)


def accustom(reader: Blip2, pixels: torch.Tensor) -> None:
    """Begins vision tower and projection with the ways in which some pictures, (n, 3, edge, edge), differ most, all of them about equally loud.

    What matters at a neck or a cuff is a small part of what differs between squares, and what differs between pictures a small part of what the
    queries say; both would have to be learnt against all of the rest. Whitening as Jordan 2024 (arXiv:2404.00498) begins networks with.
    """
    import torch

    layer, projection = reader.model.vision_model.embeddings.patch_embedding, reader.model.language_projection
    edge = layer.kernel_size[0]
    with torch.no_grad():
        squares = torch.nn.functional.unfold(pixels, edge, stride=edge).transpose(1, 2).flatten(0, 1)
        rows = _loudened(squares - squares.mean(0), layer.out_channels)
        layer.weight[: len(rows)] = rows.view(len(rows), *layer.weight.shape[1:])
        layer.bias[: len(rows)] = -rows @ squares.mean(0)
        said = reader.model.get_image_features(pixels, return_dict=True).qformer_outputs.last_hidden_state
        always = said.mean(0)  # (queries, width): what each of them says of every picture
        own = torch.linalg.qr((always - always.mean(0)).T)[0][:, :-1]  # in these ways queries differ from one another, whatever the picture
        differs = (said - always).flatten(0, 1)
        rows = _loudened(differs - differs @ own @ own.T, projection.out_features)
        projection.weight[: len(rows)] = rows
        projection.bias[: len(rows)] = -rows @ always.mean(0)


def _loudened(differences: torch.Tensor, most: int) -> torch.Tensor:
    """The ways, (at most `most`, width), in which rows of differences, (n, width), vary most, so long that along each the variance is nearly 1.

    Ways with hardly any variance stay short: there is nothing in them.
    """
    import torch

    variances, ways = torch.linalg.eigh(differences.T @ differences / len(differences))
    kept = variances[-most:].clamp(min=0)
    loud: torch.Tensor = ways[:, -most:] * (kept.sqrt() / (kept + _QUIET))
    return loud.T
