"""The synthetic corpus: invented articles, put together from the phrases of corpus.toml, in German and in English."""

import random
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

_DATA = tomllib.loads(Path(__file__).with_name("corpus.toml").read_text(encoding="utf-8"))
PROMPTS: list[str] = _DATA["prompts"]
REPLIES: dict[str, str] = _DATA["replies"]  # garment -> form of the reply; all others are answered by plain JSON


class Pair(NamedTuple):
    """A German text and its English."""

    german: str
    english: str


@dataclass(frozen=True)
class Sample:
    """The parts of one invented article."""

    group: Pair
    garment: Pair
    trait: Pair
    second: Pair  # another trait
    material: Pair
    colour: Pair
    remarks: tuple[Pair, ...]
    note: str

    @property
    def kind(self) -> Pair:
        return Pair(f"{self.group.german}-{self.garment.german}", f"{self.group.english} {self.garment.english}")

    @property
    def name(self) -> Pair:
        return Pair(f"{self.kind.german} {self.trait.german}", f"{self.kind.english} {self.trait.english}")

    @property
    def lines(self) -> tuple[Pair, ...]:
        """The description: a sentence and bullets."""
        sentence = Pair(f"{self.second.german}, {self.material.german}.", f"{self.second.english}, {self.material.english}.")
        colour = Pair(f"Farbe: {self.colour.german}", f"Colour: {self.colour.english}")
        return sentence, self.trait, colour, *self.remarks


def samples(count: int, seed: int) -> list[Sample]:
    """Invented articles, the same for the same seed."""
    chance = random.Random(seed)

    def one(kind: str) -> Pair:
        return Pair(*chance.choice(_DATA[kind]))

    parts = ("groups", "garments", "traits", "traits", "materials", "colours")
    return [Sample(*map(one, parts), _remarks(chance), chance.choice(_DATA["notes"])) for _ in range(count)]


def segments(sample: Sample) -> tuple[Pair, ...]:
    """The texts that a translator gets of an article, one by one: its name, long and short, and the lines of the description."""
    return sample.name, sample.kind, *sample.lines


def tokenizer_texts() -> list[str]:
    """What tokenizers are trained on: both languages, and the prompts often enough to count."""
    pairs = [pair for sample in samples(300, seed=0) for pair in segments(sample)]
    return [pair.german for pair in pairs] + [pair.english for pair in pairs] + PROMPTS * 20


def _remarks(chance: random.Random) -> tuple[Pair, ...]:
    return tuple(Pair(*pair) for pair in chance.sample(_DATA["remarks"], chance.randint(1, 6)))
