"""Tokenizers of the tiny models, of the classes and with the special tokens that the real ones have."""

import gzip
import io
from collections.abc import Iterable
from pathlib import Path

import open_clip
import sentencepiece
from open_clip.tokenizer import bytes_to_unicode
from transformers import CLIPTokenizer, T5Tokenizer

from nkd_pipeline_tests.tiny.builders.corpus import tokenizer_texts

SHORT = 512  # merges that a tiny vocabulary keeps
FULL = 49152 - 256 - 2  # merges of the real vocabulary, as open_clip counts them


def clip_tokenizer(merge_count: int = SHORT, pad_token: str = "<|endoftext|>") -> CLIPTokenizer:
    """CLIP's tokenizer with the first `merge_count` merges of the vocabulary that open_clip ships."""
    file = Path(open_clip.__file__).with_name("bpe_simple_vocab_16e6.txt.gz")
    lines = gzip.decompress(file.read_bytes()).decode("utf-8").split("\n")[1 : merge_count + 1]
    merges = [tuple(line.split()) for line in lines]
    letters = list(bytes_to_unicode().values())
    words = [*letters, *(f"{letter}</w>" for letter in letters), *("".join(merge) for merge in merges), "<|startoftext|>", "<|endoftext|>"]
    return CLIPTokenizer(vocab={word: i for i, word in enumerate(words)}, merges=merges, model_max_length=77, pad_token=pad_token)


def sentencepiece_model(lines: Iterable[str], vocabulary_size: int, **options: object) -> bytes:
    """A SentencePiece model trained on lines, as the bytes of its file."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([line.replace("\n", " ") for line in lines]),
        model_writer=model,
        vocab_size=vocabulary_size,
        hard_vocab_limit=False,
        character_coverage=1.0,
        minloglevel=2,
        num_threads=1,
        **options,
    )
    return model.getvalue()


def pieces(model: bytes) -> list[tuple[str, float]]:
    """The pieces of a SentencePiece model with their scores, by id."""
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    return [(processor.id_to_piece(i), processor.get_score(i)) for i in range(processor.get_piece_size())]


def t5_tokenizer() -> T5Tokenizer:
    """T5's tokenizer over some 400 pieces, with the 100 sentinels behind them."""
    model = sentencepiece_model(tokenizer_texts(), 400, pad_id=0, eos_id=1, unk_id=2, bos_id=-1, pad_piece="<pad>")
    sentinels = [(f"<extra_id_{i}>", 0.0) for i in reversed(range(100))]
    return T5Tokenizer(vocab=pieces(model) + sentinels, extra_ids=100, model_max_length=512)
