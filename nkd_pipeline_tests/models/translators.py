"""Articles to translate, and a translation model that says what a test wants it to say."""

from nkd_pipeline.models.neural_translation import NeuralTranslator, TranslationModel, TranslatorSettings
from nkd_pipeline_tests.text.rows import article
from nkd_pipeline_tests.tiny.builders.corpus import samples

END = 0


class Scripted(TranslationModel):
    """Says what `answers` has for a piece, else the piece itself. A token is a character; `batches` keeps the texts of each call and its bound."""

    def __init__(self, answers=None, positions=512):
        self.answers, self.positions = answers or {}, positions
        self.batches = []

    def tokens(self, text):
        return [*map(ord, text), END]

    def generate(self, batch, beams, most):
        texts = [self.text(tokens[:-1]) for tokens in batch]
        self.batches.append((texts, most))
        return [list(map(ord, self.answers.get(text, text)))[:most] for text in texts]

    def text(self, tokens):
        return "".join(map(chr, tokens))


class ScriptedTranslator(NeuralTranslator):
    """The stage as it is, with a scripted model in place of a neural one."""

    def __init__(self, model, **settings):
        super().__init__(TranslatorSettings(model="./scripted", **settings))
        self._model = model


def corpus_articles(count=24):
    """Articles in the words that the tiny model has learnt, with a bullet each."""
    return [
        article(sample.name.german, article_id=f"a{number}", description=f"- {sample.lines[-1].german}", model_descr=sample.note)
        for number, sample in enumerate(samples(count, seed=99))
    ]


def translations(stage, articles, size):
    """All translations, the stage called with so many articles at a time."""
    return [found for start in range(0, len(articles), size) for found in stage(articles[start : start + size])]
