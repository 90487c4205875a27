"""Prompts reach the model whole: as the library encodes them where it can, in chunks and with weights where it cannot."""

import pytest
import torch

from nkd_pipeline.models.diffusion.clip_text import chunks_of
from nkd_pipeline_tests.models.diffusion.orders import artist, difference, order, provenance

PROMPT = "women's blouse with lace, long sleeves"
LONG = ", ".join(f"{colour} {part} with lace" for colour in ("red", "white", "blue") for part in ("collar", "cuffs", "buttons", "hem", "pockets"))


def encoded(stage, prompt):
    stage._encode(stage._book.missing([(prompt, None)]))
    return stage._book._known[prompt]


@pytest.mark.parametrize("family", ["sd15", "sd21", "sdxl"])
def test_without_weights_a_prompt_is_encoded_as_the_library_does_it(tiny, family):
    stage = artist(tiny, family)
    with torch.no_grad():
        expected = stage._pipelines.base.encode_prompt(PROMPT, device="cpu", num_images_per_prompt=1, do_classifier_free_guidance=False)
    found = encoded(stage, PROMPT)
    torch.testing.assert_close(found.tokens, expected[0][0], atol=1e-5, rtol=0)
    if family == "sdxl":
        torch.testing.assert_close(found.pooled, expected[2][0], atol=1e-5, rtol=0)


@pytest.mark.parametrize(("family", "tokens"), [("flux", 256), ("flux_dev", 512)])
def test_flux_gets_what_the_library_would_give_it(tiny, family, tokens):
    stage = artist(tiny, family)
    with torch.no_grad():
        states, pooled, _ = stage._pipelines.base.encode_prompt(PROMPT, None, device="cpu", max_sequence_length=tokens)
    found = encoded(stage, PROMPT)
    assert found.tokens.shape[0] == tokens
    torch.testing.assert_close(found.tokens, states[0], atol=1e-5, rtol=0)
    torch.testing.assert_close(found.pooled, pooled[0], atol=1e-5, rtol=0)


@pytest.mark.parametrize("family", ["flux", "sd15", "sdxl"])
def test_what_else_is_encoded_changes_no_bit(tiny, family):
    """A run that goes on where another was cut off has other prompts to encode, and must make the same bytes of the same article."""
    alone, among = artist(tiny, family), artist(tiny, family)
    among._encode([LONG, "a shirt", PROMPT, "", "trousers"])
    assert torch.equal(encoded(alone, PROMPT).tokens, among._book._known[PROMPT].tokens)


def test_a_long_prompt_loses_no_token(tiny):
    tokenizer = artist(tiny, "sd15")._pipelines.base.tokenizer
    chunks = chunks_of(LONG, tokenizer)
    inner = [token for chunk in chunks for token in chunk.ids if token not in (tokenizer.bos_token_id, tokenizer.eos_token_id)]
    assert len(chunks) > 1
    assert all(len(chunk.ids) == 77 for chunk in chunks)
    assert inner == tokenizer(LONG, add_special_tokens=False).input_ids


def test_chunks_end_behind_a_comma(tiny):
    tokenizer = artist(tiny, "sd15")._pipelines.base.tokenizer
    first = [token for token in chunks_of(LONG, tokenizer)[0].ids if token != tokenizer.eos_token_id]
    assert tokenizer.decode(first).rstrip().endswith(",")


def test_a_word_longer_than_a_chunk_is_cut_and_kept(tiny):
    tokenizer = artist(tiny, "sd15")._pipelines.base.tokenizer
    word = "x" * 400
    chunks = chunks_of(word, tokenizer)
    inner = [token for chunk in chunks for token in chunk.ids if token not in (tokenizer.bos_token_id, tokenizer.eos_token_id)]
    assert inner == tokenizer(word, add_special_tokens=False).input_ids


@pytest.mark.parametrize("family", ["sd15", "sd21", "sdxl", "sdxl_refined"])
def test_the_end_of_a_long_prompt_moves_the_picture(tiny, family):
    stage = artist(tiny, family)
    (one,), (other,) = stage([order(prompt=LONG)]), stage([order(prompt=LONG + ", green dots")])
    assert difference(one, other) > 3


@pytest.mark.parametrize("family", ["sd15", "sd21", "sdxl"])
def test_weights_move_the_picture(tiny, family):
    """By more, the more they are."""
    stage = artist(tiny, family)
    plain, little, much = (stage([order(prompt=f"blouse with ({word}) sleeves")])[0] for word in ("lace:1", "lace:1.05", "lace:1.8"))
    assert 0 < difference(plain, little) < difference(plain, much)


def test_a_weight_of_one_is_none(tiny):
    stage = artist(tiny, "sd15")
    (weighed,), (plain,) = stage([order(prompt="blouse with (lace:1) sleeves")]), stage([order(prompt="blouse with lace sleeves")])
    assert difference(weighed, plain) == 0


def test_flux_reads_the_words_of_a_weighed_prompt(tiny):
    stage = artist(tiny, "flux")
    (weighed,), (plain,) = stage([order(prompt="blouse with ((bold (lace:1.3)))")]), stage([order(prompt="blouse with bold lace")])
    assert difference(weighed, plain) == 0


def test_what_flux_does_not_read_is_counted(tiny, tmp_path):
    stage = artist(tiny, "flux", max_sequence_length=16)
    (picture,) = stage([order(prompt=LONG)])
    tokens = len(stage._pipelines.base.tokenizer_2(LONG).input_ids)
    assert provenance(picture, tmp_path).settings["prompt_tokens_cut"] == tokens - 16


def test_negative_prompts_count_where_the_model_has_them(tiny, tmp_path):
    stage = artist(tiny, "sd15")
    (one,), (other,) = stage([order(negative="person or mannequin")]), stage([order(negative="hard shadows")])
    assert difference(one, other) > 3
    assert provenance(one, tmp_path).negative_prompt == "person or mannequin"


def test_the_profile_may_replace_the_negative_prompt(tiny, tmp_path):
    (own,) = artist(tiny, "sd15", negative_prompt="hard shadows")([order(negative="person")])
    (ordered,) = artist(tiny, "sd15")([order(negative="hard shadows")])
    assert own.png == ordered.png


@pytest.mark.parametrize(
    ("family", "changes"),
    [pytest.param("flux", {}, id="flux has none"), pytest.param("sd15", {"guidance": 1.0}, id="without guidance nobody looks at it")],
)
def test_a_negative_prompt_without_a_say_is_not_claimed(tiny, tmp_path, family, changes):
    stage = artist(tiny, family, **changes)
    (one,), (other,) = stage([order(negative="person or mannequin")]), stage([order(negative="hard shadows")])
    assert difference(one, other) == 0
    assert provenance(one, tmp_path).negative_prompt == ""


@pytest.mark.parametrize("family", ["sdxl", "sd15"])
def test_no_negative_prompt_is_what_the_library_takes_for_none(tiny, family):
    stage = artist(tiny, family)
    (picture,) = stage([order(negative="")])
    assert_as_library(stage, picture, order(negative=""))


def assert_as_library(stage, picture, wanted):
    from nkd_pipeline_tests.models.diffusion.orders import pixels

    pipe, recipe = stage._pipelines.base, stage._plan[1]
    options = {"num_inference_steps": recipe.steps, "guidance_scale": recipe.guidance, "height": recipe.height, "width": recipe.width}
    generator = torch.Generator().manual_seed(wanted.seed)
    expected = pipe(wanted.prompt.prompt, generator=generator, output_type="np", **options).images[0]
    assert abs((expected * 255).round() - pixels(picture)).max() <= 1
