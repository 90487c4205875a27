"""What the comparison of image models keeps besides the tables of the main flow."""

from __future__ import annotations

from dataclasses import dataclass, field

from nkd_pipeline.records.articles import UNHASHED


@dataclass(frozen=True, slots=True)
class CandidateCost:
    """What a model took for its pictures of the controlled article, one after the other. Zeros and None where it made none."""

    candidate: str
    backend: str  # model and commit
    device: str  # as torch names it: cpu, cuda:0; "" where nothing was loaded
    pictures: int  # that were measured
    load_seconds: float
    first_seconds: float | None  # of the first picture, with all that only happens once
    picture_seconds: float | None  # median of the others, or the first one's where it is alone
    peak_bytes: int  # on a GPU of its memory, on the CPU by which the process grew
    problem: str = ""  # why it made none, or not all


@dataclass(frozen=True, slots=True)
class ReferencePicture:
    """The photo that results are compared with, as PNG in the study's home."""

    source: str  # name of the photo's file; "drawn" for a sketch in its place
    sha256: str
    image_file: str = field(metadata=UNHASHED)
