"""Prints how well garments are outlined in pictures like studio photographs whose true masks are known: `python -m benchmarks.masks`."""

from __future__ import annotations

import argparse
import time

import cv2
import numpy as np

from nkd_pipeline.rubric.pixel_checks.background import fit_background
from nkd_pipeline.rubric.pixel_checks.foreground import find_garment
from nkd_pipeline.rubric.pixel_checks.picture import from_bgr
from nkd_pipeline_tests.rubric.studio import Studio, overlap, studio


def measure(photo: Studio) -> tuple[float, float]:
    """Overlap of the found mask with the true one, and the milliseconds of processor time that finding it took."""
    started = time.process_time()
    picture = from_bgr(photo.image)
    garment = find_garment(picture, fit_background(picture))
    took = 1000 * (time.process_time() - started)
    true = cv2.resize(255 * photo.mask, picture.lab.shape[1::-1], interpolation=cv2.INTER_AREA) > 127
    return (overlap(garment.mask, true) if garment is not None else 0.0), took


def main() -> None:
    """Measures and prints, a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=320, help="number of pictures")
    parser.add_argument("--seed", type=int, default=90_000, help="of the first picture")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    found = [(photo.tags, *measure(photo)) for photo in map(studio, range(options.seed, options.seed + options.count))]
    groups = {
        "all": lambda _: True,
        "clearly another colour": lambda tags: "white on white" not in tags,
        "white on near-white": lambda tags: "white on white" in tags,
        "of these, outline seen and not tiny": lambda tags: "white on white" in tags and not tags & {"vanishing", "high key", "small", "touching"},
        "cut out by hand (no shadow)": lambda tags: "cut out" in tags,
        "sheer": lambda tags: "sheer" in tags,
        "tiny": lambda tags: "small" in tags,
        "touching the frame": lambda tags: "touching" in tags,
    }
    print("| pictures | n | median | 5 % below | lowest | below 0.90 |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, belongs in groups.items():
        values = np.array([value for tags, value, _ in found if belongs(tags)])
        if len(values):
            low = np.quantile(values, 0.05)
            print(f"| {name} | {len(values)} | {np.median(values):.3f} | {low:.3f} | {values.min():.3f} | {100 * (values < 0.9).mean():.0f} % |")
    print(f"\n{np.mean([took for _, _, took in found]):.0f} ms of processor time a picture, reading excluded")


if __name__ == "__main__":
    main()
