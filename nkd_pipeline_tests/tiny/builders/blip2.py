"""BLIP-2: a vision tower, a few learnt queries that look at it, and T5, which reads them and writes the answer."""

from pathlib import Path

import torch
from transformers import Blip2Config, Blip2ForConditionalGeneration, Blip2Processor, BlipImageProcessor, T5Config

from nkd_pipeline_tests.tiny.builders.parts import spread
from nkd_pipeline_tests.tiny.builders.vocabularies import t5_tokenizer

SIDE = 56  # of pictures
QUERIES = 4


def build_blip2(folder: Path) -> None:
    """BLIP-2 over T5 with its processor."""
    torch.manual_seed(0)
    tokenizer = t5_tokenizer()
    tokenizer.add_tokens(["yes", "no"])  # the real vocabulary has them; the tiny one would begin both with the same piece
    # the processor adds the picture's token to the vocabulary, and the model must know which it is
    processor = Blip2Processor(BlipImageProcessor(size={"height": SIDE, "width": SIDE}), tokenizer, num_query_tokens=QUERIES)
    spread(Blip2ForConditionalGeneration(_config(processor))).save_pretrained(folder)
    processor.save_pretrained(folder)


def _config(processor: Blip2Processor) -> Blip2Config:
    tower = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
    text = T5Config(
        vocab_size=len(processor.tokenizer),
        d_model=32,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_decoder_layers=2,
        num_heads=4,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
        decoder_start_token_id=0,
        pad_token_id=0,
        eos_token_id=1,
        bos_token_id=1,
        dropout_rate=0.0,
    )
    return Blip2Config(
        vision_config={**tower, "image_size": SIDE, "patch_size": 14},
        qformer_config={**tower, "vocab_size": 64, "encoder_hidden_size": 32, "cross_attention_frequency": 2},
        text_config=text.to_dict(),
        num_query_tokens=QUERIES,
        image_token_index=processor.tokenizer.convert_tokens_to_ids("<image>"),
    )
