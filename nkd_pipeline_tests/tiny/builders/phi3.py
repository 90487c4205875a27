"""Phi-3, trained for half a minute to answer the pipeline's own question about the articles of the corpus."""

import itertools
import json
import random
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import GenerationConfig, LlamaTokenizer, Phi3Config, Phi3ForCausalLM

from nkd_pipeline.models.extraction_prompt import messages
from nkd_pipeline_tests.tiny.builders.conversations import reply, row
from nkd_pipeline_tests.tiny.builders.corpus import REPLIES, samples, tokenizer_texts

STEPS, BATCH = 250, 12
ALONE, GROWING = 170, 30  # steps, see `_read`
# of the published checkpoint
TEMPLATE = (
    "{% for message in messages %}{% if message['role'] == 'system' %}{{'<|system|>\n' + message['content'] + '<|end|>\n'}}"
    "{% elif message['role'] == 'user' %}{{'<|user|>\n' + message['content'] + '<|end|>\n'}}"
    "{% elif message['role'] == 'assistant' %}{{'<|assistant|>\n' + message['content'] + '<|end|>\n'}}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% else %}{{ eos_token }}{% endif %}"
)

Tokens = list[int]


def build_phi3(folder: Path) -> None:
    """The checkpoint with its chat template."""
    corpus = samples(1000, seed=0)
    corpus += [sample for sample in corpus if sample.garment.english in REPLIES]  # the odd forms are too seldom to be learnt in so few steps
    conversations = [(messages(row(sample)), reply(sample)) for sample in corpus]
    tokenizer = _tokenizer([*tokenizer_texts(), *(f"{asked[-1]['content']}\n{told}" for asked, told in conversations)])
    model = Phi3ForCausalLM(_config(tokenizer))
    examples = [_encoded(tokenizer, asked, told) for asked, told in conversations]
    _train(model, examples)
    end = tokenizer.convert_tokens_to_ids("<|end|>")
    eos = tokenizer.eos_token_id
    model.generation_config = GenerationConfig(bos_token_id=1, eos_token_id=[eos, end], pad_token_id=eos)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _tokenizer(texts: list[str]) -> LlamaTokenizer:
    """BPE with bytes for unknown characters, as Llama has it; what a conversation is marked with stands behind the vocabulary."""
    raw = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    lines = pre_tokenizers.Split("\n", "isolated")
    raw.pre_tokenizer = pre_tokenizers.Sequence([lines, pre_tokenizers.Metaspace(prepend_scheme="first")])
    special = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    letters = list("äöüÄÖÜß\n")
    raw.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=1400, special_tokens=special, show_progress=False, initial_alphabet=letters))
    trained = json.loads(raw.to_str())["model"]
    tokenizer = LlamaTokenizer(
        vocab=trained["vocab"],
        merges=[tuple(merge) for merge in trained["merges"]],
        eos_token="<|endoftext|>",
        pad_token="<|endoftext|>",
        add_bos_token=False,
        model_max_length=4096,
    )
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|assistant|>", "<|system|>", "<|end|>", "<|user|>"]})
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def _config(tokenizer: LlamaTokenizer) -> Phi3Config:
    eos = tokenizer.eos_token_id
    return Phi3Config(
        vocab_size=-(-len(tokenizer) // 64) * 64,  # more logits than tokens, as the published model has
        hidden_size=96,
        intermediate_size=192,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=4096,
        original_max_position_embeddings=4096,
        sliding_window=2047,
        bos_token_id=1,
        eos_token_id=eos,
        pad_token_id=eos,
        tie_word_embeddings=False,
        initializer_range=0.06,  # the usual 0.02 suits wider layers: here it takes twice the steps
    )


def _encoded(tokenizer: LlamaTokenizer, asked: list[dict[str, str]], told: str) -> tuple[Tokens, Tokens]:
    prompt = tokenizer.apply_chat_template(asked, tokenize=False, add_generation_prompt=True)
    return tuple(tokenizer(text, add_special_tokens=False).input_ids for text in (prompt, f"{told}<|end|>"))


def _train(model: Phi3ForCausalLM, examples: list[tuple[Tokens, Tokens]]) -> None:
    """Learns the replies. What all prompts begin with is read once a step, not once an example: it is nine tenths of them."""
    shared = _shared([prompt for prompt, _ in examples])
    optimizer = torch.optim.AdamW(model.parameters(), 5e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 5e-3, total_steps=STEPS, pct_start=0.1)
    chance = random.Random(2)
    model.train()
    for step in range(STEPS):
        batch = [(prompt[len(shared) :], told) for prompt, told in chance.sample(examples, BATCH)]
        _loss(model, _read(shared, step), batch).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
    model.eval()


def _shared(prompts: list[Tokens]) -> Tokens:
    """The tokens that all prompts begin with."""
    positions = zip(*prompts, strict=False)  # as many as the shortest has
    return [tokens[0] for tokens in itertools.takewhile(lambda tokens: len(set(tokens)) == 1, positions)]


def _read(shared: Tokens, step: int) -> Tokens:
    """The end of the shared beginning that is read in a step: at first nothing, since words are learnt to be copied five times as quickly where
    nothing else stands; then more with each step.
    """
    share = min(1.0, max(0, step - ALONE) / GROWING)
    return shared[len(shared) - round(share * len(shared)) :]


def _loss(model: Phi3ForCausalLM, shared: Tokens, batch: list[tuple[Tokens, Tokens]]) -> torch.Tensor:
    """Cross entropy of the replies, each behind the same `shared` beginning and its own end of the prompt."""
    width = max(len(prompt) + len(told) for prompt, told in batch)
    ids, wanted = torch.zeros(len(batch), width, dtype=torch.long), torch.zeros(len(batch), width, dtype=torch.bool)
    for i, (prompt, told) in enumerate(batch):
        both = len(prompt) + len(told)
        ids[i, :both] = torch.tensor(prompt + told)
        wanted[i, len(prompt) : both] = True
    past = None
    if shared:
        past = model.model(torch.tensor([shared]), use_cache=True).past_key_values
        past.batch_repeat_interleave(len(batch))
    # padding stands on the right, where nothing that is wanted looks back at it
    hidden = model.model(ids, past_key_values=past).last_hidden_state
    return torch.nn.functional.cross_entropy(model.lm_head(hidden[:, :-1][wanted[:, 1:]]), ids[:, 1:][wanted[:, 1:]])
