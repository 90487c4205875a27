"""PNG plots: drawn for everyone's eyes, without leaving a trace in matplotlib."""

import io
import itertools
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nkd_pipeline.report import plots
from nkd_pipeline.report.charts import Bar, Chart, Part
from nkd_pipeline.report.lines import TONES
from nkd_pipeline.report.quality_charts import figures
from nkd_pipeline.text.colours import delta_e2000

from .qualities import quality, shard

STYLE = Path(plots.__file__).parent / "templates" / "style.css"


def drawn(figure):
    return Image.open(io.BytesIO(plots.plot_png(figure)))


@pytest.mark.parametrize("name", figures(shard()))
def test_every_figure_becomes_a_picture(name):
    image = drawn(figures(shard())[name])
    assert image.format == "PNG"
    assert image.width == 792
    assert len(image.convert("RGB").getcolors(1 << 20)) > 20  # more than an empty sheet


@pytest.mark.parametrize("name", figures([]))
def test_an_empty_figure_is_a_sentence_and_no_error(name):
    assert drawn(figures([])[name]).width == 792


def test_the_same_figure_gives_the_same_bytes():
    draw, figure = plots.plot_png.__wrapped__, figures(shard())["accuracy_by_category"]
    assert draw(figure) == draw(figure)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("$\\frac{1}", id="a broken formula is a text"),
        pytest.param("two\nlines\tand \x00 control \ud83d", id="what cannot be shown"),
        pytest.param("👗 シャツ", id="letters that the font lacks"),
        pytest.param("x" * 5000, id="a name without end"),
        pytest.param("_hidden", id="matplotlib keeps labels with an underscore for itself"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_any_category_can_be_drawn(text):
    chart = Chart(text, (Bar(text, (Part("pass", text, 1), Part("fail", "Fail", 2)), text),), "", text, text)
    assert drawn(chart).height < 400
    assert drawn(figures([quality(category=text)])["accuracy_by_category"]).width == 792


def test_drawing_leaves_matplotlib_as_it_was():
    code = """
import sys
import matplotlib
matplotlib.rcParams["font.size"] = 33
from nkd_pipeline.report.plots import plot_png
from nkd_pipeline.report.charts import Bar, Chart, Part
from nkd_pipeline.report.lines import TONES
plot_png(Chart("t", (Bar("a", (Part("pass", "Pass", 1),)),), ""))
print(matplotlib.rcParams["font.size"], "matplotlib.pyplot" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split() == ["33.0", "False"]


# G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency", 2009, severity 1.0
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}
TOGETHER = (("excellent", "pass", "fail", "held"), ("strong", "slight"), ("released", "held", "fail"), TONES)


def seen_by(colour, deficiency):
    """CIELAB of a colour as somebody with the deficiency sees it."""
    srgb = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(DEFICIENCIES[deficiency] @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ seen / np.array([0.9505, 1, 1.089])
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("tones", TOGETHER, ids="-".join)
def test_tones_of_one_figure_are_told_apart_by_everyone(tones, deficiency):
    labs = [seen_by(plots.palette()[tone], deficiency) for tone in tones]
    assert all(float(delta_e2000(first, second)) > 14 for first, second in itertools.combinations(labs, 2))


def test_pages_and_files_have_the_same_colours():
    values = dict(re.findall(r"--([\w-]+): (#\w+);", STYLE.read_text(encoding="utf-8").split("@media")[0]))
    named = {"excellent": "tone-excellent", "pass": "tone-pass", "fail": "tone-fail", "slight": "tone-slight", "share": "tone-share"}
    assert {tone: values[name] for tone, name in {**named, "held": "held", "finding": "finding"}.items()} == {
        tone: plots.palette()[tone] for tone in (*named, "held", "finding")
    }
