"""Articles for the tests, and the whole text chain over one of them."""

from nkd_pipeline.records import DeliveryRow, DescribedArticle, TranslatedArticle
from nkd_pipeline.stage import StageSettings
from nkd_pipeline.text.extraction import RuleExtractor
from nkd_pipeline.text.prompting import PromptSettings, PromptWriter
from nkd_pipeline.text.repair import TextRepair
from nkd_pipeline.text.translation import LexiconTranslator


def delivery_row(name="", article_id="a1", **texts):
    return DeliveryRow(article_id=article_id, source_file="delivery.xlsx", source_sheet="Tabelle1", source_row=2, name=name, **texts)


def article(name="", **texts):
    return TextRepair(StageSettings())([delivery_row(name, **texts)])[0]


def described(name="", **texts):
    repaired = article(name, **texts)
    translation = LexiconTranslator(StageSettings())([repaired])[0]
    return DescribedArticle(repaired, RuleExtractor(StageSettings())([TranslatedArticle(repaired, translation)])[0])


def attributes(name="", **texts):
    return described(name, **texts).attributes


def prompt(name="", settings=None, **texts):
    writer = PromptWriter(settings or PromptSettings())
    writer.load()
    return writer([described(name, **texts)])[0]
