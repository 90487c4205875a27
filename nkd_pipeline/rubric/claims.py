"""What a CLIP model that was trained at home claims to see: the file `claims.toml` beside its weights.

Such a model knows little besides what it was trained on, so it is asked only about what was measured, and in captions of its own where it has any:

    [garment_type]                      # a topic of questions.toml, by its cause
    accuracy = 0.985                    # share of held-out pictures whose value was found among `values`
    n        = 2000                     # how many those were
    values   = ["t-shirt", "dress"]     # entries or colours of that topic: only these are asked about, and each is compared with the others
    kinds    = { dress = ["red"] }      # optional: garments, by their entries, about which alone it is asked, and on each about which values
    caption  = "a tiny {says}"          # optional, in place of the topic's statements; the slots are those of questions.toml
    says     = { "t-shirt" = "tee" }    # how the caption says a value, where other than by its name
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from string import Formatter

from pydantic import Field, ValidationError, field_validator

from nkd_pipeline.rubric.thresholds import Strict
from nkd_pipeline.rubric.topics import SLOTS, topics
from nkd_pipeline.text.colours import find

CLAIMS = "claims.toml"


class Claim(Strict):
    """What a model claims of one topic."""

    accuracy: float = Field(ge=0, le=1)
    n: int = Field(ge=1)
    caption: str = ""
    values: tuple[str, ...] = Field(min_length=2)
    kinds: Mapping[str, tuple[str, ...]] = {}
    says: Mapping[str, str] = {}

    def is_about(self, kind: str, value: str) -> bool:
        """Whether the claim was measured on this value of a garment, of which `kind` is the entry of garment_type."""
        return value in (self.kinds.get(kind, ()) if self.kinds else self.values)

    @field_validator("caption")
    @classmethod
    def _filled(cls, caption: str) -> str:
        unknown = {name for _, name, _, _ in Formatter().parse(caption) if name is not None} - SLOTS
        if unknown:
            raise ValueError(f"unknown slot {{{min(unknown)}}}; there are {', '.join(sorted(SLOTS))}")
        return caption


def read_claims(folder: Path) -> Mapping[str, Claim] | None:
    """The claims of a checkpoint's folder by topic; None where there is no such file. Raises ValueError with file, place and cure."""
    path = folder / CLAIMS
    if not path.exists():
        return None
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        if unknown := sorted(tables.keys() - topics().keys()):
            raise ValueError(f"{path}: {unknown[0]} is no topic; there are {', '.join(topics())}")
        claims = {name: Claim(**table) for name, table in tables.items()}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not valid TOML: {error}. Write it again.") from error
    except (ValidationError, TypeError) as error:
        problem = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": str(error)}
        raise ValueError(f"{path}: {'.'.join(map(str, problem['loc'])) or 'table'}: {problem['msg']}") from error
    for name, claim in claims.items():
        topic = topics()[name]
        if strangers := sorted(value for value in claim.values if (find(value) is None if topic.palette else value not in topic.entries)):
            raise ValueError(f"{path}: {name}: {strangers[0]} is no value of that topic in questions.toml")
        if unknown := sorted(set(claim.kinds) - topics()["garment_type"].entries.keys()):
            raise ValueError(f"{path}: {name}: {unknown[0]} is no garment_type in questions.toml")
        if unknown := sorted({value for values in claim.kinds.values() for value in values} - set(claim.values)):
            raise ValueError(f"{path}: {name}: {unknown[0]} of kinds is none of the values")
    return claims
