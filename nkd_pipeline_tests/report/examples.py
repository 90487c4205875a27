"""Cards to show: a builder of one article with sensible defaults, and a small shard with one of everything."""

from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageDraw

from nkd_pipeline.records import (
    Article,
    Attributes,
    ClipScore,
    Deviation,
    Finding,
    GeneratedImage,
    Prompt,
    QuarantinedRow,
    ReleaseDecision,
    RubricReport,
    Translation,
)
from nkd_pipeline.report.cards import Card, Failure

SLIGHT, STRONG = -0.5, -1.5


def picture(path: Path, colour: str = "#1c264f", side: int = 240) -> Path:
    """Writes a picture of something shirt-like on white."""
    image = Image.new("RGB", (side, side), "#fafafa")
    unit = side / 20
    outline = [(6, 4), (8, 5), (12, 5), (14, 4), (18, 8), (16, 10), (14, 9), (14, 17), (6, 17), (6, 9), (4, 10), (2, 8)]
    ImageDraw.Draw(image).polygon([(x * unit, y * unit) for x, y in outline], fill=colour)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return path


def deviation(
    aspect: str = "colour",
    severity: str = "slight",
    judge: str = "pixel",
    says: str = "the garment is 9 ΔE from navy",
    box: tuple[float, ...] = (),
) -> Deviation:
    points = SLIGHT if severity == "slight" else STRONG
    return Deviation(aspect, severity, points, judge, f"{aspect}_distance", 9.25, says, box)


def finding(kind: str = "ambiguous_term") -> Finding:
    return Finding(kind, "description", "oversized", "glossary_expansion", "“oversized” was written as “loose, wide cut”")


def rubric(article_id: str, *deviations: Deviation, attempt: int = 1) -> RubricReport:
    score = 10.0 + sum(found.points for found in deviations)
    verdict = "excellent" if score >= 9.5 else "pass" if score > 8.5 else "fail"
    assessed = ("garment_type", "colour", "pattern_print", "background_isolation", "realism")
    return RubricReport(article_id, attempt, score, verdict, assessed, ("pose_framing: no judge looks at poses", "construction"), deviations)


def card(article_id: str = "A1", *deviations: Deviation, clip: float | None = 27.5, attempt: int = 1, **changes: object) -> Card:
    """A good article with a picture's records but no files; `changes` replace fields of the card."""
    report = rubric(article_id, *deviations, attempt=attempt)
    good = Card(
        article=Article(article_id, "spring.xlsx", "Tabelle1", 7, "Herren-T-Shirt mit Print", "Sportlich:\n- Rundhals", "H-Shirt", "ssr, dkl.blau"),
        translation=Translation(article_id, "Men's T-shirt with print", "Sporty:\n- crew neck", "M shirt", "short sleeves, dark blue"),
        attributes=Attributes(article_id, "t-shirt", "t-shirt", "men", ("navy",), ("cotton",), ("melange",), sleeves="short sleeves"),
        prompt=Prompt(article_id, "Photo of a navy t-shirt", "blurry", "a navy t-shirt", 0, "white", ("navy",), 0.9, 10, ("fine rib",)),
        image_file=None,
        image=GeneratedImage(article_id, attempt, 4711, f"images/s/{article_id}/{attempt}.png", "ab" * 32, 1024, 1024),
        clip=ClipScore(article_id, attempt, clip, clip, 0, "openai/clip-vit-large-patch14") if clip is not None else None,
        rubric=report,
        decision=ReleaseDecision(article_id, attempt, report.verdict != "fail", "", None, clip, report.score, report.verdict),
        failures=(),
        attempts=(),
        photo_file=None,
        backend="sketch",
    )
    return replace(good, **changes)


def failed_card(article_id: str = "A9", asset: str = "generated_images", kind: str = "no_garment") -> Card:
    """An article whose picture could not be made."""
    error = "row 7: no garment is named in the texts. Add the kind of garment to the name."
    decision = ReleaseDecision(article_id, 0, False, "no picture", None, None, None, "")
    return card(article_id, clip=None, image=None, rubric=None, decision=decision, failures=(Failure(asset, kind, error),))


def quarantined(row: int = 12, reason: str = "the row has no text; fill in a name or a description") -> QuarantinedRow:
    return QuarantinedRow("spring.xlsx", "Tabelle1", row, "description", "no_text", reason, "{}")


def shard(folder: Path) -> list[Card]:
    """Six articles: excellent with photo, pass, fail with an earlier attempt, failed row, not judged and not scored, broken picture."""
    files = [picture(folder / f"images/A{index}/1.png", colour) for index, colour in enumerate(("#1c264f", "#a02030", "#2c804c"))]
    girls = card("A1", deviation(), deviation("realism"), clip=25.0, image_file=files[1], attempts=(files[1],))
    second = picture(folder / "images/A2/2.png", "#7a2c80")
    photo = picture(folder / "photos/A0.png", "#223", side=90)
    broken = folder / "images/A5/1.png"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"no picture")
    unscored = ClipScore("A4", 1, None, None, 0, "", "no scorer is configured")
    waiting = ReleaseDecision("A4", 1, False, "not judged yet", None, None, None, "")
    return [
        card("A0", image_file=files[0], attempts=(files[0],), photo_file=photo),
        named(girls, "Mädchen-Jäckchen", "Girls' jacket", "red"),
        card("A2", deviation("colour", "strong"), deviation("colour"), clip=22.5, attempt=2, image_file=second, attempts=(files[2], second)),
        failed_card("A3"),
        replace(card("A4"), clip=unscored, rubric=None, decision=waiting),
        card("A5", image_file=broken, attempts=(broken,)),
    ]


def named(given: Card, german: str, english: str, colour: str) -> Card:
    """The card with other names and another colour."""
    assert given.translation
    assert given.attributes
    assert given.prompt
    return replace(
        given,
        article=replace(given.article, name=german),
        translation=replace(given.translation, name=english),
        attributes=replace(given.attributes, garment="jacket", sketch_kind="jacket", colours=(colour,)),
        prompt=replace(given.prompt, colours=(colour,), findings=(finding(), finding("missing_attribute"))),
    )
