"""Self-contained HTML pages: templates with escaping everywhere, styles and scripts inside the page and named by hash in its security policy."""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from nkd_pipeline.rubric.rules import load_rubric

FOLDER = Path(__file__).parent
# control characters end a page early in some readers, and lone surrogates cannot be written as UTF-8 at all
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def render_page(template: str, *, script: str = "", **values: object) -> str:
    """Renders a template of this package that extends base.html; `script` names the one script file that may run on the page."""
    style_text, script_text = _inline("style.css"), _inline(script) if script else Markup()
    policy = f"default-src 'none'; img-src data:; style-src {_source(style_text)}; "
    policy += (f"script-src {_source(script_text)}; " if script else "") + "base-uri 'none'; form-action 'none'"
    return _environment().get_template(template).render(policy=policy, style=style_text, script=script_text, **values)


def label(value: str) -> str:
    """A stored word as a person reads it: from the rubric or labels.toml, else with spaces and a capital letter."""
    return _labels().get(value) or value.replace("_", " ")[:1].upper() + value.replace("_", " ")[1:]


def number(value: float | None, digits: int = 1) -> str:
    """A number with fixed digits; a dash for None."""
    return "–" if value is None else f"{value:.{digits}f}"


def percent(share: float | None) -> str:
    """A share 0..1 in percent; a dash for None."""
    return "–" if share is None else f"{100 * share:.0f} %"


@cache
def _environment() -> Environment:
    loader = PackageLoader("nkd_pipeline", "report/templates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_finalized)
    environment.filters.update(label=label, number=number, percent=percent)
    return environment


def printable(text: str) -> str:
    """A text in which every character can be written and shown; others are replaced."""
    return _UNPRINTABLE.sub("\ufffd", text)


def _finalized(value: object) -> object:
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _inline(name: str) -> Markup:
    return Markup((FOLDER / "templates" / name).read_text(encoding="utf-8"))  # noqa: S704 - our own file, never a delivery's text


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


@cache
def _labels() -> Mapping[str, str]:
    with (FOLDER / "labels.toml").open("rb") as file:
        return tomllib.load(file) | {name: aspect.title for name, aspect in load_rubric().aspects.items()}
