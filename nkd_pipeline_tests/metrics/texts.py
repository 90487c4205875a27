"""Pairs of texts that metrics are compared with their reference libraries on."""

import random

from nkd_pipeline_tests.tiny.builders.corpus import samples

ODD = [
    ("", "a blouse with long sleeves"),
    ("a blouse with long sleeves", ""),
    ("", ""),
    ("  \n", "blouse"),
    ("blouse", "blouse"),
    ("blouse", "BLOUSES"),
    ("🧥 🧥", "a jacket 🧥"),
    ("very very very pink", "pink, very pink"),
    ("Größe XXL – “new”!", "size (XXL); new."),
]


def pairs(count=200):
    """(candidate, reference): invented articles against themselves with words lost, moved or exchanged, against others, and all that is odd."""
    chance = random.Random(7)
    texts = [" ".join(line.english for line in sample.lines) for sample in samples(2 * count, seed=11)]
    made = list(ODD)
    for reference, other in zip(texts[::2], texts[1::2], strict=True):
        words = reference.split()
        kinds = (
            chance.sample(words, len(words)),
            [word for word in words if chance.random() < 0.7],
            [chance.choice(other.split()) if chance.random() < 0.3 else word for word in words],
            other.split(),
            words + other.split(),
        )
        made.append((" ".join(chance.choice(kinds)), reference))
    return made[:count]
