"""Orders for descriptions, one of each strategy."""

from nkd_pipeline.models.describing.asking import FEW_SHOT, RAG, STRATEGIES
from nkd_pipeline.records.descriptions import DescriptionOrder, Example, Passage, Request

REQUEST = Request("romantic", "dress", "a wedding")
EXAMPLES = (
    Example(Request("casual", "dress", "the office"), "A casual dress in olive, made of linen, with long sleeves."),
    Example(Request("sporty", "t-shirt", "a hike in the mountains"), "A sporty t-shirt in orange."),
)
PASSAGES = (Passage("occasions.md", 1, "Guests of a wedding wear burgundy and satin, in midi length."), Passage("styles.md", 4, "Romantic is soft."))


def order(strategy, article_id="romantic-dress-a-wedding", request=REQUEST):
    examples, passages = EXAMPLES if strategy == FEW_SHOT else (), PASSAGES if strategy == RAG else ()
    return DescriptionOrder(article_id, request, strategy, examples, passages)


ORDERS = {strategy: order(strategy) for strategy in STRATEGIES}
