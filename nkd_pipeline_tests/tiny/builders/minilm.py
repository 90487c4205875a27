"""A sentence encoder in the layout of sentence-transformers, as all-MiniLM-L6-v2 was published: BERT, the mean over tokens, length 1."""

import json
from pathlib import Path

import torch
from transformers import BertConfig, BertModel, BertTokenizer

from nkd_pipeline_tests.tiny.builders.blip import word_pieces
from nkd_pipeline_tests.tiny.builders.parts import spread

CONTEXT = 128  # tokens
WIDTH = 32
MODULES = ("Transformer", "Pooling", "Normalize")


def build_minilm(folder: Path) -> None:
    """The encoder with its tokenizer and the files that say how a sentence is made of its tokens."""
    torch.manual_seed(0)
    tokenizer = BertTokenizer(vocab={word: i for i, word in enumerate(word_pieces())}, do_lower_case=True, model_max_length=2 * CONTEXT)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=WIDTH,
        intermediate_size=2 * WIDTH,
        num_hidden_layers=3,
        num_attention_heads=4,
        max_position_embeddings=2 * CONTEXT,
    )
    spread(BertModel(config)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    paths = ("", "1_Pooling", "2_Normalize")
    modules = [
        {"idx": number, "name": str(number), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for number, (kind, path) in enumerate(zip(MODULES, paths, strict=True))
    ]
    _write(folder / "modules.json", modules)
    _write(folder / "sentence_bert_config.json", {"max_seq_length": CONTEXT, "do_lower_case": False})
    pooling = {"word_embedding_dimension": WIDTH, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}
    _write(folder / "1_Pooling" / "config.json", pooling)


def _write(path: Path, value: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")
