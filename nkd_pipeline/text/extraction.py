"""Typed attributes from German article texts by rules over the vocabulary: the embedded extractor."""

from __future__ import annotations

from collections.abc import Sequence

from nkd_pipeline.records import Article, Attributes, Fact, TranslatedArticle
from nkd_pipeline.stage import RowError, Stage
from nkd_pipeline.text.choosing import Choice, choose, choose_colours, choose_patterns, choose_prints, fact, ranked, unsubsumed, without_general
from nkd_pipeline.text.garments import Garment
from nkd_pipeline.text.gathering import Reading, Said, read_article
from nkd_pipeline.text.grammar import number
from nkd_pipeline.text.groups import groups_of
from nkd_pipeline.text.key_phrases import SINGLE, with_key_phrases
from nkd_pipeline.text.packs import counts_pieces, pieces
from nkd_pipeline.text.rules import rules, words
from nkd_pipeline.text.vocabulary import digest


class RuleExtractor(Stage[TranslatedArticle, Attributes]):
    """Reads attributes from the German columns of an article; the translation is not needed.

    Raises `RowError("no_garment")` when no column names a garment that the vocabulary knows.
    """

    batch_size = 256
    parallel = False

    def fingerprint(self) -> dict[str, object]:
        return super().fingerprint() | {"vocabulary": digest()}

    def __call__(self, rows: Sequence[TranslatedArticle]) -> list[Attributes]:
        return [attributes_of(row.article) for row in rows]


def attributes_of(article: Article, otherwise: Garment | None = None) -> Attributes:
    """The attributes of one article; see `RuleExtractor`. `otherwise` is what the article is when its own texts name no garment."""
    reading = read_article(article)
    garment = reading.garment or otherwise
    if garment is None:
        raise no_garment(article)
    return _Assembly(article, reading, garment).attributes()


def no_garment(article: Article) -> RowError:
    """The error of an article of which nobody knows what it is."""
    columns = ("name", "model_name", "category", "model_descr", "description")
    texts = "; ".join(f'{column} "{getattr(article, column)[:60]}"' for column in columns if getattr(article, column))
    return RowError(
        "no_garment",
        f"article {article.article_id}: none of its texts names a garment that the vocabulary knows ({texts}). "
        "Add the word to nkd_pipeline/text/vocabulary/garments.csv with its English name, sketch kind and family.",
    )


class _Assembly:
    """Puts the attributes of one article together and keeps the provenance of each."""

    def __init__(self, article: Article, reading: Reading, garment: Garment) -> None:
        self._article = article
        self._reading = reading
        self._garment = garment
        self._said = reading.said
        self._facts: list[Fact] = []

    def attributes(self) -> Attributes:
        choices = {aspect: choose(self._said, aspect) for aspect in SINGLE}
        garment = self._garment_name(choices["sleeves"])
        self._facts.append(Fact("garment", garment, self._garment.column, self._garment.source))
        self._group_facts()
        colours = self._noted("colour", choose_colours(self._said))
        whole, parts = choose_patterns(self._said)
        patterns = self._noted("pattern", whole)
        prints = self._noted("print", choose_prints(self._said))
        materials, placed = self._materials()
        motifs = self._noted("motif", self._unique("motif"))
        lettering = self._lettering()
        single = self._singles(choices)
        details = self._details([*parts, *placed, *(extra for choice in choices.values() for extra in choice.extras)], prints, materials)
        groups = self._reading.groups
        attributes = Attributes(
            article_id=self._article.article_id,
            garment=garment,
            sketch_kind=self._garment.kind,
            target_group=groups[0] if groups else "",
            colours=colours,
            materials=materials,
            patterns=patterns,
            prints=prints,
            motifs=motifs,
            lettering=lettering,
            details=details,
            non_visual=tuple(dict.fromkeys((entry.mention.english or entry.mention.source) for entry in ranked(self._said, "non_visual"))),
            facts=tuple(self._facts),
            neckline=single["neckline"],
            collar=single["collar"],
            sleeves=single["sleeves"],
            closure=single["closure"],
            hem=single["hem"],
            fit=single["fit"],
            length=single["length"],
        )
        return with_key_phrases(attributes)

    def _garment_name(self, sleeves: Choice) -> str:
        name = self._garment.english
        if name.endswith(" set") and self._reading.pack > 1:
            return name.removesuffix(" set")  # a "T-Shirt-Set" sold as a pack is a pack of t-shirts
        # "Langarmshirt" with 3/4 sleeves: the sleeves that are described are the ones to be seen
        if name.startswith("long-sleeve ") and sleeves.value not in ("", "long sleeves"):
            return name.removeprefix("long-sleeve ")
        return name

    def _group_facts(self) -> None:
        for group in self._reading.groups:
            entry = next((e for e in ranked(self._said, "target_group") if group in groups_of(e.mention.term)), None)
            column, source = (
                (entry.column, entry.mention.source)
                if entry
                else ("gender" if self._article.gender else "category", self._article.gender or self._article.category)
            )
            self._facts.append(Fact("target_group", group, column, source))

    def _noted(self, aspect: str, chosen: Sequence[tuple[str, Said]]) -> tuple[str, ...]:
        self._facts.extend(fact(aspect, value, entry) for value, entry in chosen)
        return tuple(value for value, _ in chosen)

    def _unique(self, aspect: str) -> list[tuple[str, Said]]:
        found: dict[str, Said] = {}
        for entry in ranked(self._said, aspect):
            found.setdefault(entry.mention.english, entry)
        return unsubsumed(list(found.items()))

    def _materials(self) -> tuple[tuple[str, ...], list[tuple[str, Said]]]:
        placed = [(entry.mention.phrase, entry) for entry in ranked(self._said, "material") if entry.mention.places or entry.mention.host]
        whole = {entry.mention.english for entry in ranked(self._said, "material") if not (entry.mention.places or entry.mention.host)}
        chosen = [
            (value, entry) for value, entry in self._unique("material") if value in whole and not any(value == e.mention.english for _, e in placed)
        ]
        # lace beside another material, or said of a part, trims the garment; alone it is what the garment is made of
        parts = {word for entry in self._said if entry.mention.aspect in ("detail", "hem") for word in entry.mention.english.split()}
        trims = [(value, entry) for value, entry in chosen if value in words("phrases", "trimmings") and (len(chosen) > 1 or value in parts)]
        chosen = [pair for pair in chosen if pair not in trims]
        return self._noted("material", chosen), [*placed, *((f"{value} trim", entry) for value, entry in trims)]

    def _lettering(self) -> tuple[str, ...]:
        self._facts.extend(Fact("print", text, column, text) for column, text in self._reading.lettering)
        return tuple(text for _, text in self._reading.lettering)

    def _singles(self, choices: dict[str, Choice]) -> dict[str, str]:
        values = {}
        renamed = rules("choosing")["renamed"]["baby"] if "baby" in self._reading.groups else {}
        for aspect, choice in choices.items():
            choice.value = renamed.get(choice.value, choice.value)
            values[aspect] = choice.value
            if choice.source:
                self._facts.append(fact(aspect, choice.value, choice.source))
        if not values["sleeves"] and self._garment.english.startswith("long-sleeve"):
            values["sleeves"] = "long sleeves"
            self._facts.append(Fact("sleeves", "long sleeves", self._garment.column, self._garment.source))
        return values

    def _details(self, extras: list[tuple[str, Said]], prints: tuple[str, ...], materials: tuple[str, ...]) -> tuple[str, ...]:
        said = [
            (entry.mention.phrase, entry)
            for entry in ranked(self._said, "detail")
            if not entry.mention.bare and not counts_pieces(entry.mention.english)
        ]
        details = unsubsumed([*said, *((phrase, entry) for phrase, entry in extras if phrase)], (*prints, *materials))
        values = list(self._noted("detail", without_general(details, prints)))
        pack, parts = self._reading.pack, self._reading.parts
        if pack > 1 or parts > 1:
            text = f"pack of {number(pack)}" if pack > 1 else f"{number(parts)}-piece"
            values.insert(0, text)
            self._facts.append(Fact("detail", text, "name", text))
            values.extend(pieces(self._said))
        return tuple(dict.fromkeys(values))
