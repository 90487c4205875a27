"""Texts of a folder become passages with their sources, and the nearest to a question are found with no model, with one, and with FAISS."""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.retrieval import PassageIndex, PassagesError, RetrievalSettings, cut, read_passages
from nkd_pipeline.models.retrieval.word_vectors import WordVectors
from nkd_pipeline.models.text_encoder import TextEncoderSettings
from nkd_pipeline.records.descriptions import Passage

TEXTS = {
    "a.md": "# Occasions\n\nA wedding is formal. Guests wear satin.\n\nThe beach is hot: linen and cotton.\n",
    "more/b.txt": "Velvet glows in the evening.",
    "picture.png": "no text",
}
PASSAGES = [Passage("t.md", number, text) for number, text in enumerate(["satin for a wedding", "linen at the beach", "wool in winter"], 1)]


@pytest.fixture
def folder(tmp_path):
    for name, text in TEXTS.items():
        file = tmp_path / "texts" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "texts"


def test_every_paragraph_is_a_passage_with_its_file_and_number(folder):
    assert [(one.name, one.text) for one in read_passages(folder, 80)] == [
        ("a.md #1", "A wedding is formal. Guests wear satin."),
        ("a.md #2", "The beach is hot: linen and cotton."),
        ("more/b.txt #1", "Velvet glows in the evening."),
    ]


def test_a_long_paragraph_is_cut_at_sentence_ends_and_goes_on_from_the_last_one():
    assert cut("One two three. Four five six. Seven eight nine.", 6) == ["One two three. Four five six.", "Four five six. Seven eight nine."]


@given(st.lists(st.lists(st.sampled_from(["satin", "wool", "it"]), min_size=1, max_size=15), min_size=1, max_size=8), st.integers(10, 30))
def test_no_sentence_gets_lost_and_no_passage_is_too_long(sentences, words):
    """Only a sentence that alone is longer makes a longer passage."""
    written = [" ".join([*of, f"no{number}."]) for number, of in enumerate(sentences)]
    passages = cut(" ".join(written), words)
    assert all(any(sentence in passage for passage in passages) for sentence in written)
    longest = max(words, *(len(sentence.split()) for sentence in written))
    assert all(len(passage.split()) <= longest for passage in passages)


def test_what_lies_outside_the_folder_is_not_read(folder, tmp_path):
    (tmp_path / "secret.txt").write_text("not for prompts")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    assert not any("prompts" in passage.text for passage in read_passages(folder, 80))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(None, "Name a folder with texts", id="no folder"),
        pytest.param({}, "holds no text", id="an empty folder"),
        pytest.param({"a.txt": b"\xff\xfe\x00"}, "a.txt is no text in UTF-8", id="another encoding"),
        pytest.param({"a.txt": b"a" * 2_000_001}, "more than 2,000,000 bytes", id="a file far too large"),
    ],
)
def test_a_folder_that_cannot_be_used_is_refused_with_the_cure(tmp_path, data, says):
    folder = tmp_path / "texts"
    if data is not None:
        folder.mkdir()
        for name, content in data.items():
            (folder / name).write_bytes(content)
    with pytest.raises(PassagesError, match=says):
        read_passages(folder, 80)


@pytest.mark.parametrize("settings", [{}, {"encoder": TextEncoderSettings()}], ids=["by words", "by an encoder"])
def test_the_nearest_passage_comes_first_and_at_most_so_many(settings):
    index = PassageIndex(PASSAGES, RetrievalSettings(count=2, least=-1, **settings))
    first, second = index.nearest(["linen at the beach", "satin for a wedding"])
    assert [found.passage.number for found in (first[0], second[0])] == [2, 1]
    assert len(first) == 2
    assert first[0].similarity == pytest.approx(1, abs=1e-3)
    assert first[0].similarity >= first[1].similarity


def test_what_has_no_word_in_common_with_a_question_is_not_found():
    assert PassageIndex(PASSAGES, RetrievalSettings()).nearest(["quantum mechanics"]) == [[]]


def test_a_rare_word_weighs_more_than_one_that_all_texts_have():
    vectors = WordVectors(["dress of satin", "dress of wool", "dress of silk"])
    dress_of_silk, silk, dress = vectors.sentences(["dress of silk", "silk", "dress"])
    assert dress_of_silk @ silk > dress_of_silk @ dress
    assert np.linalg.norm(dress_of_silk) == pytest.approx(1)
    assert not vectors.sentences(["nothing known"]).any()


@pytest.mark.parametrize("count", [2, 5], ids=["fewer than there are", "more than there are"])
def test_faiss_finds_what_exact_search_finds(count):
    exact, faiss = (PassageIndex(PASSAGES, RetrievalSettings(count=count, least=0.01, index=index)) for index in ("exact", "faiss"))
    asked = ["linen at the beach in winter", "satin", "nothing of the kind"]
    for one, other in zip(exact.nearest(asked), faiss.nearest(asked), strict=True):
        assert [found.passage for found in one] == [found.passage for found in other]
        assert [found.similarity for found in one] == pytest.approx([found.similarity for found in other], abs=1e-6)


def test_without_faiss_its_index_names_the_extra_and_the_way_round(monkeypatch):
    monkeypatch.setitem(sys.modules, "faiss", None)
    with pytest.raises(CheckpointError, match=r"install nkd_pipeline\[studies\], or set index = \"exact\""):
        PassageIndex(PASSAGES, RetrievalSettings(index="faiss"))
