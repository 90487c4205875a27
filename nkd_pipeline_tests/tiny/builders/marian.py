"""MarianMT from German to English, trained for some seconds, so that it really translates the corpus."""

import json
import random
from pathlib import Path

import torch
from transformers import GenerationConfig, MarianConfig, MarianMTModel, MarianTokenizer

from nkd_pipeline_tests.tiny.builders.corpus import Pair, samples, segments
from nkd_pipeline_tests.tiny.builders.vocabularies import pieces, sentencepiece_model

STEPS, BATCH = 300, 24


def build_marian(folder: Path) -> None:
    """The checkpoint as opus-mt ones are: two SentencePiece files, one vocabulary for both languages with the padding last."""
    corpus = [pair for sample in samples(300, seed=0) for pair in segments(sample)]
    tokenizer = _tokenizer(folder, corpus)
    model = MarianMTModel(_config(tokenizer))
    _train(model, tokenizer, corpus)
    pad = tokenizer.pad_token_id
    model.generation_config = GenerationConfig(
        num_beams=6, max_length=512, bad_words_ids=[[pad]], pad_token_id=pad, eos_token_id=0, decoder_start_token_id=pad, forced_eos_token_id=0
    )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _tokenizer(folder: Path, corpus: list[Pair]) -> MarianTokenizer:
    models = {
        "source": sentencepiece_model([pair.german for pair in corpus], 400),
        "target": sentencepiece_model([pair.english for pair in corpus], 400),
    }
    words = dict.fromkeys(["</s>", "<unk>"])
    for name, model in models.items():
        (folder / f"{name}.spm").write_bytes(model)
        words.update(dict.fromkeys(piece for piece, _ in pieces(model) if piece != "<s>"))
    vocabulary = {word: i for i, word in enumerate([*words, "<pad>"])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
    files = [str(folder / name) for name in ("source.spm", "target.spm", "vocab.json")]
    return MarianTokenizer(*files, source_lang="de", target_lang="en", model_max_length=512)


def _config(tokenizer: MarianTokenizer) -> MarianConfig:
    pad = tokenizer.pad_token_id
    return MarianConfig(
        vocab_size=len(tokenizer),
        d_model=64,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=128,
        decoder_ffn_dim=128,
        max_position_embeddings=512,
        init_std=0.1,  # the usual 0.02 suits wider layers: here it takes half as many steps again
        activation_function="swish",
        scale_embedding=True,
        static_position_embeddings=True,
        share_encoder_decoder_embeddings=True,
        pad_token_id=pad,
        eos_token_id=0,
        bos_token_id=0,
        decoder_start_token_id=pad,
        forced_eos_token_id=0,
    )


def _train(model: MarianMTModel, tokenizer: MarianTokenizer, corpus: list[Pair]) -> None:
    pad = tokenizer.pad_token_id
    optimizer = torch.optim.AdamW(model.parameters(), 5e-3, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 5e-3, total_steps=STEPS, pct_start=0.15)
    chance = random.Random(1)
    model.train()
    for _ in range(STEPS):
        batch = chance.sample(corpus, BATCH)
        inputs = tokenizer([pair.german for pair in batch], text_target=[pair.english for pair in batch], padding=True, return_tensors="pt")
        inputs["labels"][inputs["labels"] == pad] = -100  # the loss ignores these
        model(**inputs).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        # translations start from the padding token: in Marian's own models that is a start from nothing, and converters count on it
        model.get_input_embeddings().weight.data[pad] = 0
    model.eval()
