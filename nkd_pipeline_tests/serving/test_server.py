"""The server of attributes: what it answers, what it refuses and why, and that nothing of a request stays behind."""

import base64
import io
import json
import socket
import struct
import zlib

import pytest
from PIL import Image

from nkd_pipeline_tests.serving.site import picture, picture_file, serving

ONE, SEVERAL = "/attributes", "/attributes/batch"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    limits = {"megabytes": 0.2, "megapixels": 0.25, "per_request": 4, "prompt_characters": 60, "timeout_seconds": 10}
    with serving(tmp_path_factory.mktemp("photos"), **limits) as served:
        yield served


def encoded(data):
    return base64.b64encode(data).decode()


def bomb():
    """A PNG of a few bytes that says it has 40,000 x 40,000 pixels."""

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0))
    return encoded(b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b""))


@pytest.mark.parametrize("prompt", ["Base Colour", "base colour", "Question: What is the base colour? Answer:"])
def test_an_attribute_and_a_question_get_the_same_answer(site, prompt):
    answer = site.ask(picture("Green"), prompt)
    assert (answer.status, answer.json) == (200, {"Base Colour": "Green"})
    assert answer.headers["X-Confidence"] == "0.7500"


def test_a_question_about_nothing_that_is_known_is_answered_under_its_own_words(site):
    assert site.ask(picture("Blue"), "  Where is   it from? ").json == {"Where is it from?": "Blue"}


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(picture("Blue"), id="PNG"),
        pytest.param(picture("Blue", kind="JPEG"), id="JPEG"),
        pytest.param(picture("Blue", kind="WEBP", lossless=True), id="WebP"),
        pytest.param("data:image/jpeg;base64," + picture("Blue", kind="JPEG"), id="as a data URL"),
        pytest.param(base64.encodebytes(picture_file("Blue")).decode(), id="base64 in lines"),
    ],
)
def test_pictures_come_as_files_of_three_kinds(site, sent):
    assert site.ask(sent).json == {"Base Colour": "Blue"}


def test_a_photo_that_lies_on_its_side_is_turned_upright(site):
    """Cameras store what the sensor saw, and how they were held."""
    tall, out = Image.new("RGB", (40, 80), (200, 20, 20)), io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by a quarter
    tall.save(out, "JPEG", exif=exif)
    seen = []
    site.stage.colour, before = lambda row: seen.append(Image.open(row.image_file).size) or "Red", site.stage.colour
    try:
        assert site.ask(encoded(out.getvalue())).status == 200
    finally:
        site.stage.colour = before
    assert seen == [(80, 40)]


@pytest.mark.parametrize(
    ("body", "headers", "status", "kind"),
    [
        pytest.param(b"{}", {"Content-Type": "text/plain"}, 415, "not_json", id="no JSON by its type"),
        pytest.param(b"{", {}, 422, "not_json", id="no JSON"),
        pytest.param(b"\xff\xfe", {}, 422, "not_json", id="no text"),
        pytest.param(b"[" * 100_000, {}, 422, "not_json", id="nested too deep"),
        pytest.param(b"[]", {}, 422, "wrong_body", id="no object"),
        pytest.param(b'{"image": "x"}', {}, 422, "wrong_body", id="no prompt"),
        pytest.param(b'{"image": 1, "prompt": "Neck"}', {}, 422, "wrong_body", id="a number for a picture"),
        pytest.param(b'{"image": "x", "prompt": "Neck", "url": "http://x"}', {}, 422, "wrong_body", id="an address to fetch from"),
        pytest.param(b"x" * 250_000, {}, 413, "body_too_long", id="too long"),
        pytest.param(b"x" * 700_000, {}, 413, "body_too_long", id="much too long"),
        pytest.param(b"{}", {"Content-Length": "99999999"}, 413, "body_too_long", id="says it is too long"),
        pytest.param(b"{}", {"Content-Length": "2", "Transfer-Encoding": "x"}, 400, None, id="what is no HTTP"),
    ],
)
@pytest.mark.parametrize("path", [ONE, SEVERAL])
def test_a_body_that_is_none_is_refused_with_the_reason(site, path, body, headers, status, kind):
    answer = site.post(path, body, **headers)
    assert answer.status == status
    if kind:
        assert answer.kind == kind
        assert len(answer.json["error"]["reason"]) > 20


@pytest.mark.parametrize(
    ("image", "status", "kind"),
    [
        pytest.param("", 422, "no_picture", id="nothing"),
        pytest.param("%%%", 422, "not_base64", id="no base64"),
        pytest.param("ümlaut", 422, "not_base64", id="letters beyond ASCII"),
        pytest.param("../../etc/passwd", 422, "not_base64", id="a path"),
        pytest.param(encoded(b"hello, world"), 415, "unknown_format", id="no picture"),
        pytest.param(encoded(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"), 415, "unknown_format", id="a program for Ghostscript"),
        pytest.param(picture(kind="GIF"), 415, "unknown_format", id="a format that is not taken"),
        pytest.param(encoded(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), 415, "unknown_format", id="SVG"),
        pytest.param(encoded(picture_file(size=(200, 200), kind="JPEG")[:-40]), 422, "damaged_picture", id="cut off"),
        pytest.param(encoded(picture_file()[:-60]), 422, "damaged_picture", id="PNG cut off"),
        pytest.param(picture(size=(600, 600)), 413, "too_many_pixels", id="too many pixels"),
        pytest.param(bomb(), 413, "too_many_pixels", id="a decompression bomb"),
    ],
)
def test_a_bad_picture_is_refused_before_a_model_sees_it(site, image, status, kind):
    before = len(site.stage.batches)
    answer = site.ask(image)
    assert (answer.status, answer.kind) == (status, kind)
    assert len(site.stage.batches) == before


@pytest.mark.parametrize("prompt", ["", "   ", "x" * 61])
def test_a_prompt_says_something_and_is_short(site, prompt):
    assert (site.ask(picture(), prompt).status, site.ask(picture(), prompt).kind) == (422, "wrong_prompt")


def test_what_the_stage_cannot_answer_is_told_without_the_servers_paths(site):
    answer = site.ask(picture(), "too hard?")
    assert (answer.status, answer.kind) == (422, "too_hard")
    assert answer.json["error"]["reason"] == "Nobody can say what is in the picture."


def test_a_model_that_fails_keeps_its_secrets(site, caplog):
    answer = site.ask(picture(), "broken?")
    assert (answer.status, answer.kind) == (500, "model_failed")
    assert b"secret" not in answer.body
    assert "a secret of the server" in caplog.text


def test_several_questions_are_answered_in_their_order_and_errors_stand_in_their_place(site):
    sent = [("Red", "Base Colour"), ("Blue", "too hard?"), ("Green", "What is it?")]
    answer = site.post(SEVERAL, {"questions": [{"image": picture(colour), "prompt": prompt} for colour, prompt in sent]})
    first, second, third = answer.json["answers"]
    assert answer.status == 200
    assert (first, third) == ({"Base Colour": "Red"}, {"What is it?": "Green"})
    assert second["error"]["kind"] == "too_hard"
    assert answer.json["confidences"] == [0.75, None, 0.75]


@pytest.mark.parametrize(
    ("count", "status", "kind"), [pytest.param(0, 422, "wrong_body", id="none"), pytest.param(5, 413, "too_many_questions", id="too many")]
)
def test_a_batch_has_a_few_questions(site, count, status, kind):
    answer = site.post(SEVERAL, {"questions": [{"image": picture(), "prompt": "Neck"}] * count})
    assert (answer.status, answer.kind) == (status, kind)


@pytest.mark.parametrize(("method", "path", "status"), [("GET", ONE, 405), ("POST", "/health", 405), ("GET", "/docs", 404), ("GET", "/..%2f", 404)])
def test_other_routes_name_those_that_there_are(site, method, path, status):
    answer = site.request(method, path)
    assert (answer.status, answer.kind) == (status, "no_such_route")
    assert ONE in answer.json["error"]["reason"]


def test_a_body_that_does_not_come_costs_its_time_and_no_more(tmp_path):
    with serving(tmp_path, timeout_seconds=0.3) as site, socket.create_connection(("127.0.0.1", site.port), timeout=20) as line:
        line.sendall(b"POST /attributes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{")
        assert line.recv(4096).startswith(b"HTTP/1.1 408 ")
        assert site.ask(picture()).status == 200


def test_health_says_what_was_done_and_pictures_do_not_stay(site):
    health = site.health()
    assert (health.status, health.json["status"], health.json["model"], health.json["waiting"]) == (200, "ready", "Looker", 0)
    assert health.json["answered"] > 0
    assert health.json["failed"] > 0
    assert list(site.folder.iterdir()) == []


def test_other_sites_pages_may_not_ask(site):
    answer = site.request("OPTIONS", ONE, headers={"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"})
    assert answer.status == 405
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert json.loads(answer.body)["error"]["kind"] == "no_such_route"
