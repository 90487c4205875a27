"""BLIP for visual question answering, as Salesforce published it: picture and question are read together, the answer is written by a decoder."""

import string
from pathlib import Path

import torch
from transformers import BertTokenizer, BlipConfig, BlipForQuestionAnswering, BlipImageProcessor, BlipProcessor

from nkd_pipeline_tests.tiny.builders.parts import spread

SIDE = 64  # of pictures
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WORDS = ("yes", "no", "is", "are", "does", "do", "the", "a", "have", "there", "on", "any", "what", "neck", "sleeves", "shirt", "dress", "picture")
START = "[DEC]"  # begins every answer


def build_blip_vqa(folder: Path) -> None:
    """BLIP-VQA with its processor."""
    torch.manual_seed(0)
    tokenizer = _tokenizer()
    spread(BlipForQuestionAnswering(_config(tokenizer))).save_pretrained(folder)
    BlipProcessor(BlipImageProcessor(size={"height": SIDE, "width": SIDE}), tokenizer).save_pretrained(folder)


def word_pieces() -> tuple[str, ...]:
    """Some words and all letters: training a WordPiece vocabulary gives another one every time."""
    letters = string.ascii_lowercase + string.digits + string.punctuation
    return (*SPECIAL, *WORDS, *(letter for letter in letters if letter not in WORDS), *(f"##{letter}" for letter in letters))


def _tokenizer() -> BertTokenizer:
    return BertTokenizer(vocab={word: i for i, word in enumerate((*word_pieces(), START))}, do_lower_case=True, model_max_length=512)


def _config(tokenizer: BertTokenizer) -> BlipConfig:
    start, end = tokenizer.convert_tokens_to_ids([START, "[SEP]"])
    tower = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
    text = {
        **tower,
        "vocab_size": len(tokenizer),
        "encoder_hidden_size": 32,
        "projection_dim": 32,
        "max_position_embeddings": 512,
        "bos_token_id": start,
        "eos_token_id": end,
        "sep_token_id": end,
        "pad_token_id": 0,
    }
    return BlipConfig(text_config=text, vision_config={**tower, "image_size": SIDE, "patch_size": 16}, projection_dim=32, image_text_hidden_size=32)
