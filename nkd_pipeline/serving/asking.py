"""What a client's prompt asks for."""

from __future__ import annotations

from nkd_pipeline.models.attribute_reader.questions import attribute_of, bare, wordings


def as_question(prompt: str) -> tuple[str, str]:
    """(question as a model knows it, attribute): an attribute's name becomes the usual question for it, a question stays as it is.

    The attribute is "" where a question asks for none that is known; the model answers it all the same, as well as it can.
    """
    name = bare(prompt).rstrip("?. ").lower()
    known = next((attribute for attribute in wordings() if attribute.lower() == name), "")
    return (wordings()[known][0], known) if known else (prompt, attribute_of(prompt))
