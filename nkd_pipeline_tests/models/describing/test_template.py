"""The writer without a model: what it is given to read shows in what it writes, and whatever it writes can be drawn."""

from itertools import product

import pytest

from nkd_pipeline.models.describing.asking import CHAIN_OF_THOUGHT, FEW_SHOT, RAG, STRATEGIES, ZERO_SHOT
from nkd_pipeline.models.describing.template import TemplateDescriber, named_in
from nkd_pipeline.stage import StageSettings
from nkd_pipeline.studies.descriptions.grid import cell_id, requests_of
from nkd_pipeline.studies.descriptions.settings import DescriptionsSettings
from nkd_pipeline.text.english.reading import read_prompt
from nkd_pipeline_tests.models.describing.orders import ORDERS, order


def written(*orders):
    return TemplateDescriber(StageSettings())(orders)


@pytest.mark.parametrize(
    ("strategy", "says"),
    [
        pytest.param(ZERO_SHOT, "pink", id="zero-shot: what the style is mostly shown in"),
        pytest.param(FEW_SHOT, "olive", id="few-shot: the nearest example's colour"),
        pytest.param(FEW_SHOT, "linen", id="few-shot: the nearest example's material"),
        pytest.param(RAG, "burgundy", id="retrieval: the passage's colour"),
        pytest.param(RAG, "satin", id="retrieval: the passage's material"),
        pytest.param(CHAIN_OF_THOUGHT, "three-quarter sleeves", id="chain of thought: what the occasion asks for"),
    ],
)
def test_what_a_strategy_reads_is_what_it_writes(strategy, says):
    texts = [one.text for one in written(*(order(strategy, f"cell-{number}") for number in range(12)))]
    assert any(says in text for text in texts)


def test_thoughts_and_sources_are_kept():
    thought, few, rag = written(ORDERS[CHAIN_OF_THOUGHT], ORDERS[FEW_SHOT], ORDERS[RAG])
    assert "A wedding is formal and festive: sleeves" in thought.reasoning
    assert few.reasoning == rag.reasoning == ""
    assert rag.sources == ("occasions.md #1", "styles.md #4")
    assert len(few.sources) == 2


def test_the_same_order_gives_the_same_text_in_any_batch():
    alone = [written(one)[0] for one in ORDERS.values()]
    assert written(*ORDERS.values()) == alone


def test_every_cell_of_the_grid_is_described_so_that_its_garment_can_be_read():
    """A description of which nobody can tell the garment would have no picture."""
    requests = requests_of(DescriptionsSettings())
    orders = [order(strategy, key, request) for strategy, (key, request) in product(STRATEGIES, requests.items())]
    for one, text in zip(orders, written(*orders), strict=True):
        read = read_prompt(text.text)
        assert read.garment == one.request.garment, text.text
        assert read.colours, text.text


def test_a_cells_name_can_be_a_files_name():
    assert cell_id(ORDERS[RAG].request) == "romantic-dress-a-wedding"


def test_words_are_found_by_what_they_say():
    found = named_in("Velvet and wool in dark red and navy, with long sleeves.")
    assert (found["material"], found["colour"], found["sleeves"]) == (["velvet", "wool"], ["dark red", "navy"], ["long sleeves"])
