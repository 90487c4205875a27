"""What the extractor is told of an invented article, and the reply that the tiny model learns: right in the matter, in every form models write."""

import json

from nkd_pipeline.records import Article, TranslatedArticle, Translation
from nkd_pipeline_tests.tiny.builders.corpus import REPLIES, Sample


def row(sample: Sample) -> TranslatedArticle:
    """The article with its English, as the pipeline's earlier stages hand it on."""
    article = Article(article_id="", source_file="", source_sheet="", source_row=0)
    sentence, *bullets = (line.english for line in sample.lines)
    description = "\n".join([sentence, *(f"- {bullet}" for bullet in bullets)])
    english = {"name": sample.name.english, "model_name": sample.garment.english, "model_descr": f"{sample.note}, {sample.colour.english}"}
    return TranslatedArticle(article, Translation(article_id="", description=description, **english))


def reply(sample: Sample) -> str:
    """The four keys in the form that corpus.toml states for the garment."""
    material, trait, second = (pair.english.split(" ", 2) for pair in (sample.material, sample.trait, sample.second))
    values = {
        "product_type": sample.kind.english.lower(),
        "key_visual_features": " ".join(trait[1:]),
        "color_material_details": f"{sample.colour.english}, {' '.join(material[2:])}",
        "design_aspects": " ".join(second[1:]),
    }
    match REPLIES.get(sample.garment.english, "plain"):
        case "fenced":
            return f"Here is the JSON:\n```json\n{json.dumps(values)}\n```"
        case "lines":
            return "\n".join(f"{key.replace('_', ' ').capitalize()}: {value}" for key, value in values.items())
        case "lists":
            return json.dumps({key: value.split(", ") for key, value in values.items()})
        case "cut":
            return json.dumps({"product_type": values["product_type"]}).removesuffix('"}')
        case "prose":
            return f"This is a {sample.garment.english}. I cannot say more."
    return json.dumps(values)
