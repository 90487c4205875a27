"""What a house CLIP can tell apart: the judge's own statements on sketches that it has not seen, and the claims that follow from that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from nkd_pipeline.models.house_clip.drawing import Sketches
from nkd_pipeline.models.house_clip.values import wording
from nkd_pipeline.models.open_clip import OpenClipModel
from nkd_pipeline.rubric.claims import Claim
from nkd_pipeline.rubric.topics import Topic, hidden, topics
from nkd_pipeline.text.colours import delta_e2000, named_colours
from nkd_pipeline.text.grammar import article, is_pair, is_plural, listed

if TYPE_CHECKING:
    from numpy.typing import NDArray

SURE = 0.95  # of the held-out sketches a claim must be right about
SURE_IN_DEVELOPMENT = 0.965  # values and garments are dropped until this is reached: what is chosen for being good is a little worse the next time
LEAST_OF_A_VALUE = 0.88  # of the sketches of any one value, and of any one garment
FEWEST = 12  # sketches of a value or a garment in the development part, to say anything of it
FEWEST_OF_A_PAIR = 3  # of a value on a garment: what no article has was not learnt either
BY_KIND = ("neckline", "sleeves", "collar", "closure")  # topics whose values depend on the garment: elsewhere any may occur on any
HOPELESS = 0.5  # of the sketches of a garment, or of a value on it: less is a guess
BATCH = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """One value that a sketch shows, with the logits of the statements of all values of its topic."""

    kind: str
    topic: str
    value: str
    logits: Mapping[str, float]

    def rivals(self, among: Sequence[str], *, strictly: bool = False) -> list[str]:
        """What the value is compared with; those that the judge never compares, because they look alike, are there only `strictly`."""
        topic = topics()[self.topic]
        if topic.palette:
            return [name for name in self.logits if name != self.value]  # only colours that are far from the article's were asked about at all
        return [name for name in among if name != self.value] if strictly else topic.alternatives((self.value,), among)

    def taken_for(self, rivals: Sequence[str]) -> str:
        """Which value fits best: its own or one of these."""
        return max((self.value, *rivals), key=self.logits.__getitem__)


@dataclass(frozen=True, slots=True)
class Claimed:
    """Which values of a topic to claim, and on which garments which of them; no `kinds` are all on all."""

    values: tuple[str, ...]
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def is_about(self, kind: str, value: str) -> bool:
        return value in (self.kinds.get(kind, ()) if self.kinds else self.values)


@dataclass(frozen=True, slots=True)
class Measured:
    """One claim, and on how many of `n` sketches the right value was found, compared as the judge does it and with all others."""

    topic: str
    claim: Claimed
    right: int
    strictly_right: int
    n: int

    @property
    def accuracy(self) -> float:
        return self.right / self.n if self.n else 0.0

    @property
    def strict_accuracy(self) -> float:
        return self.strictly_right / self.n if self.n else 0.0


def looked_at(model: OpenClipModel, sketches: Sketches) -> list[Shown]:
    """Asks the model about everything that is seen on each sketch, as the probe judge would: with the article's garment in the statement."""
    asked = [_statements(truth) for truth in sketches.truths]
    texts = list(dict.fromkeys(text for topics_of in asked for _, _, statements in topics_of for text in statements.values()))
    encoded = dict(zip(texts, _encoded(model, texts), strict=True))
    found: list[Shown] = []
    for picture, topics_of, truth in zip(_pictures(model, sketches), asked, sketches.truths, strict=True):
        for topic, value, statements in topics_of:
            features = np.stack([encoded[text] for text in statements.values()])
            found.append(Shown(truth["type"], topic, value, dict(zip(statements, (model.scale * features @ picture).tolist(), strict=True))))
    return found


def chosen(development: Sequence[Shown]) -> dict[str, Claimed]:
    """Topic -> what to claim: garments and values that are worst to tell are dropped until the others are told apart well enough."""
    by_topic = {topic: [one for one in development if one.topic == topic] for topic in dict.fromkeys(one.topic for one in development)}
    return {topic: claim for topic, shown in by_topic.items() if len((claim := _chosen(topic, shown)).values) > 1}


def measured(held_out: Sequence[Shown], claimed: Mapping[str, Claimed | Claim]) -> list[Measured]:
    """How often each topic's claimed values are found among one another."""
    results = []
    for topic, claim in claimed.items():
        asked = _asked(topic, claim, [one for one in held_out if one.topic == topic])
        right, strictly = (
            sum(shown.taken_for(shown.rivals(claim.values, strictly=strict)) == shown.value for shown in asked) for strict in (False, True)
        )
        results.append(Measured(topic, Claimed(claim.values, claim.kinds), right, strictly, len(asked)))
    return results


def _asked(topic: str, claim: Claimed | Claim, shown: Sequence[Shown]) -> list[Shown]:
    """What the judge would ask: a value with nothing to compare it with is no question."""
    palette = topics()[topic].palette
    return [one for one in shown if (palette or claim.is_about(one.kind, one.value)) and one.rivals(claim.values)]


def _chosen(topic: str, shown: Sequence[Shown]) -> Claimed:
    if topics()[topic].palette:
        return Claimed(tuple(named_colours()))  # there are too few sketches of each to choose among colours
    if topic == "garment_type":
        return Claimed(_values(topic, shown))
    by_kind, kinds, pairs = topic in BY_KIND, Counter(one.kind for one in shown), Counter((one.kind, one.value) for one in shown)
    met = [one for one in shown if kinds[one.kind] >= FEWEST and (not by_kind or pairs[one.kind, one.value] >= FEWEST_OF_A_PAIR)]
    # garments on which it only guesses first: they would make good values look bad
    met = _without_bad(met, tuple({one.value: None for one in met}), HOPELESS, by_kind)
    while values := _values(topic, met):
        asked = [one for one in met if one.value in values]
        met = _without_bad(asked, values, LEAST_OF_A_VALUE, by_kind)
        if met == asked:
            on = dict.fromkeys((one.kind, one.value if by_kind else value) for one in met for value in values)
            return Claimed(values, {kind: tuple(value for of, value in on if of == kind) for kind, _ in on})
    return Claimed(())


def _without_bad(shown: list[Shown], values: Sequence[str], least: float, by_kind: bool) -> list[Shown]:
    """What is left without the garments, and `by_kind` without the values of a garment, of which less than the share `least` is told right."""
    mistaken = [one for one in shown if one.taken_for(one.rivals(values)) != one.value]
    bad = _bad((one.kind for one in shown), (one.kind for one in mistaken), least)
    if by_kind:
        bad |= _bad(((one.kind, one.value) for one in shown), ((one.kind, one.value) for one in mistaken), least)
    return [one for one in shown if one.kind not in bad and (one.kind, one.value) not in bad]


def _bad(asked: Iterable[Hashable], mistaken: Iterable[Hashable], least: float) -> set[Hashable]:
    """What is told right in less than the share `least` of the times that it is asked about."""
    counts = Counter(asked)
    return {name for name, missed in Counter(mistaken).items() if missed > (1 - least) * counts[name]}


def _values(topic: str, shown: Sequence[Shown]) -> tuple[str, ...]:
    """The values without those that are told badly."""
    counts = Counter(one.value for one in shown)
    values = [value for value in topics()[topic].entries if counts[value] >= FEWEST]
    while len(values) > 1:
        asked = [(one.value, one.taken_for(one.rivals(values))) for one in _asked(topic, Claimed(tuple(values)), shown)]
        values = [value for value in values if value in {stated for stated, _ in asked}]
        mistaken = [(value, taken) for value, taken in asked if value != taken]
        missed = Counter(value for value, _ in mistaken)
        if len(mistaken) <= (1 - SURE_IN_DEVELOPMENT) * len(asked) and not _bad((value for value, _ in asked), missed.elements(), LEAST_OF_A_VALUE):
            return tuple(values)
        taken = Counter(taken for _, taken in mistaken)
        # not to be found is worse than to be what others are taken for
        values.remove(max(values, key=lambda value: (missed[value] + taken[value] / 2) / counts[value]))
    return ()


def _statements(truth: Mapping[str, str]) -> list[tuple[str, str, dict[str, str]]]:
    """(topic, value, statement of each value) for all that a sketch shows and that can be asked about."""
    entries = [(name, _entry(attribute, topics()[name], truth)) for attribute, name in wording()["topics"].items()]
    known = dict(entries)
    return [
        (name, value, _of_topic(name, topics()[name], truth))
        for name, value in entries
        if value and not hidden(name, lambda other: (known.get(other, ""),))
    ]


def _entry(attribute: str, topic: Topic, truth: Mapping[str, str]) -> str:
    value = truth.get(attribute, "")
    if not value or topic.palette:
        return value
    renamed = {mine: entry for entry, mine in wording()["entries"].get(attribute, {}).items()}
    return renamed.get(value) or (value if value in topic.entries else topic.entry_of(value))


def _of_topic(name: str, topic: Topic, truth: Mapping[str, str]) -> dict[str, str]:
    entry = topics()["garment_type"].entries[truth["type"]]
    noun = entry.noun or truth["type"]
    garment = f"a pair of {noun}" if is_pair(noun) else noun if is_plural(noun) else f"{article(noun)} {noun}"
    slots = {"garment": garment, "noun": noun, "Is": "", "Does": ""}
    if not topic.palette:
        return {
            value: (known.statement or topic.statement).format(**slots, says=known.says or value, colours="")
            for value, known in topic.entries.items()
        }
    stated = [truth[attribute] for attribute in ("colour", "second colour") if attribute in truth]
    place = 0 if name == "main_colour" else 1
    spoken = {value: listed([*stated[:place], value, *stated[place + 1 :]]) for value in (stated[place], *_far(stated, topic))}
    return {value: topic.statement.format(**slots, says=colours, colours=colours) for value, colours in spoken.items()}


def _far(stated: Sequence[str], topic: Topic) -> list[str]:
    table = named_colours()
    return [name for name in topic.palette if min(float(delta_e2000(table[name].lab, table[known].lab)) for known in stated) >= topic.difference]


def _encoded(model: OpenClipModel, texts: Sequence[str]) -> Iterator[NDArray[np.float32]]:
    import torch

    with torch.inference_mode():
        for start in range(0, len(texts), BATCH):
            yield from model.texts(texts[start : start + BATCH]).cpu().numpy()


def _pictures(model: OpenClipModel, sketches: Sketches) -> Iterator[NDArray[np.float32]]:
    import torch

    with torch.inference_mode():
        for start in range(0, len(sketches), BATCH):
            pixels = torch.stack([model.pixels(Image.fromarray(picture)) for picture in sketches.pixels[start : start + BATCH]])
            yield from model.pictures(pixels).cpu().numpy()
