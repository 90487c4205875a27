"""Prompts of further attempts: words against what was wrong with the pictures before."""

from __future__ import annotations

from collections.abc import Sequence

from nkd_pipeline.records import Attributes
from nkd_pipeline.text.grammar import listed
from nkd_pipeline.text.rules import rules
from nkd_pipeline.text.template import Look, negative_prompt


def repaired(prompt: str, attributes: Attributes, look: Look, causes: Sequence[str]) -> tuple[str, str]:
    """Returns prompt and negative prompt with the words of `rules/repairs.toml` for the causes of deviations, emphasised as the image model reads it.

    A cause without words, or whose words need a fact that the article does not state, changes nothing: the other seed has to do.
    """
    facts = {
        "garment": look.noun,
        "colours": listed(look.colours) if look.colours else "",
        "main_colour": look.colours[0] if look.colours else "",
        "background": look.background,
        "patterns": listed(attributes.patterns) if attributes.patterns else "",
        "prints": listed(attributes.prints or attributes.motifs) if attributes.prints or attributes.motifs else "",
        "neckline": attributes.neckline,
        "sleeves": attributes.sleeves,
        "collar": attributes.collar,
        "closure": attributes.closure,
        "target_group": attributes.target_group,
        "materials": listed(attributes.materials) if attributes.materials else "",
    }
    wording = rules("repairs")
    frame = wording["emphasis"].get(look.emphasis, "{words}")
    added, avoided = list[str](), list[str]()
    for cause in causes:
        entry = wording["causes"].get(cause, {})
        words = str(entry.get("words", ""))
        if words and all(value for name, value in facts.items() if f"{{{name}}}" in words):
            added.append(frame.format(words=words.format(**facts)))
        avoided += entry.get("negative", [])
    return ", ".join([prompt, *dict.fromkeys(added)]), ", ".join(dict.fromkeys([negative_prompt(), *avoided]))
