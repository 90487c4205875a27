"""Articles with a translation, and what comes of a language model's reply to them."""

import json

from nkd_pipeline.records import TranslatedArticle, Translation
from nkd_pipeline.stage import StageSettings
from nkd_pipeline.text.json_reply import Reply
from nkd_pipeline.text.merging import merged
from nkd_pipeline.text.translation import LexiconTranslator
from nkd_pipeline_tests.text.rows import article

KEYS = ("product_type", "key_visual_features", "color_material_details", "design_aspects")


def translated(name="Damen-Bluse", english=None, **texts):
    """An article with its lexicon translation, in which `english` replaces columns as another translator would have written them."""
    repaired = article(name, **texts)
    translation = LexiconTranslator(StageSettings())([repaired])[0]
    columns = {column: getattr(translation, column) for column in ("name", "description", "model_name", "model_descr", "color", "gender", "category")}
    return TranslatedArticle(repaired, Translation("a1", **(columns | (english or {}))))


def merge(row, *phrases):
    """Merges a reply with these values, in the order of the keys."""
    return merged(row, Reply(dict(zip(KEYS, phrases, strict=False)), "json"), json.dumps(phrases))
