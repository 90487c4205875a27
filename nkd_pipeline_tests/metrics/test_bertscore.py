"""BERTScore is that of its authors' program, on the same encoder and layer."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.metrics.bertscore import bertscore
from nkd_pipeline.models.text_encoder import TextEncoderSettings, encoder
from nkd_pipeline_tests.metrics.texts import pairs

LAYERS = 3


@pytest.fixture(scope="module")
def minilm(tiny):
    return encoder(TextEncoderSettings(model=str(tiny / "minilm")))


def of_the_authors(folder, layer, *, idf):
    """P, R and F1 of the pairs by the functions of bert-score: (pairs, 3)."""
    import bert_score.utils as program
    from transformers import AutoTokenizer

    both = pairs(200)
    candidates, references = [text for text, _ in both], [reference for _, reference in both]
    tokenizer = AutoTokenizer.from_pretrained(folder, model_max_length=128)
    # the program asks tokenizers for this when a text is empty; transformers 5 has it no more
    tokenizer.build_inputs_with_special_tokens = lambda _: tokenizer("").input_ids
    weights = defaultdict(lambda: 1.0, {tokenizer.cls_token_id: 0, tokenizer.sep_token_id: 0})
    if idf:
        weights = program.get_idf_dict(references, tokenizer, nthreads=0)
    model = program.get_model(str(folder), layer)
    return program.bert_cos_score_idf(model, references, candidates, tokenizer, weights, device="cpu").numpy()


@pytest.mark.parametrize("idf", [False, True], ids=["all tokens alike", "rare tokens count more"])
@pytest.mark.parametrize("layer", [1, LAYERS])
def test_equal_to_the_authors_program_on_200_pairs(tiny, layer, idf):
    both = pairs(200)
    ours = bertscore(*zip(*both, strict=True), encoder(TextEncoderSettings(model=str(tiny / "minilm"), layer=layer)), idf=idf)
    theirs = of_the_authors(tiny / "minilm", layer, idf=idf)
    assert np.stack(ours, axis=1) == pytest.approx(theirs, abs=1e-4)
    assert theirs.shape == (200, 3)


def test_neither_the_order_nor_the_company_of_pairs_counts(minilm):
    both = pairs(40)[::-1]
    alone = [float(bertscore([text], [reference], minilm).f1[0]) for text, reference in both]
    assert bertscore(*zip(*both, strict=True), minilm).f1 == pytest.approx(alone, abs=1e-5)


@pytest.mark.parametrize("blank", ["", " \n", "\u200b"], ids=["empty", "spaces", "a space that nobody sees"])
def test_a_blank_text_is_like_none(minilm, blank):
    scores = bertscore([blank, "blouse", blank], ["blouse", blank, blank], minilm)
    assert [values.tolist() for values in scores] == [[0, 0, 0]] * 3


def test_no_pairs_have_no_scores(minilm):
    assert [values.shape for values in bertscore([], [], minilm, idf=True)] == [(0,)] * 3


def test_texts_without_partner_are_refused(minilm):
    with pytest.raises(ValueError, match="2 candidates cannot be compared with 1 references"):
        bertscore(["one", "two"], ["one"], minilm)


def test_where_every_reference_is_the_same_all_tokens_count_alike(minilm):
    # by their frequencies none would count
    assert bertscore(["pink blouse"], ["blue blouse"], minilm, idf=True).recall == pytest.approx(
        bertscore(["pink blouse"], ["blue blouse"], minilm).recall
    )


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_identity_range_and_symmetry(minilm, text, other):
    there, back, same = bertscore([text], [other], minilm), bertscore([other], [text], minilm), bertscore([text], [text], minilm)
    assert same.f1[0] == pytest.approx(1, abs=1e-5) or same.f1[0] == 0  # of texts that have no tokens
    assert all(-1 <= values[0] <= 1 + 1e-6 for values in there)
    assert there.f1 == pytest.approx(back.f1, abs=1e-5)
    assert there.precision == pytest.approx(back.recall, abs=1e-5)
