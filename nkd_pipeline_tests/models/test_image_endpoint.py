"""An image model behind a web API: what it answers becomes a picture with its history, what it does wrong costs one row and says the cure."""

import base64
import io
import json
import threading

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from nkd_pipeline.execution.hashing import fingerprint_of
from nkd_pipeline.execution.runner import run_stage
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.image_endpoint import HostedArtist, ImageEndpointSettings
from nkd_pipeline.models.pictures import MAX_PIXELS
from nkd_pipeline.records import Attributes, ImageOrder, Prompt
from nkd_pipeline.stage import RowError
from nkd_pipeline.storage.images import read_provenance
from nkd_pipeline_tests.models.chat_server import ChatServer, cut, refuse

BLUE = (10, 60, 200)


def encoded(colour=BLUE, size=(48, 32), kind="PNG", mode="RGB"):
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind)
    return out.getvalue()


def picture(data=None):
    """Answers with a picture."""
    return lambda handler, _: handler.send(200, {"created": 1, "data": [{"b64_json": base64.b64encode(data or encoded()).decode()}]})


def says(value):
    return lambda handler, _: handler.send(200, value)


def order(number=1, text="a men's t-shirt"):
    prompt = Prompt(f"a{number}", text, "nobody", text, 0, "white", ("blue",), 1.0, 0, ())
    return ImageOrder(f"a{number}", 1, 40 + number, prompt, Attributes(f"a{number}", "t-shirt", "t-shirt", "men"))


def artist(url, **settings):
    stage = HostedArtist(ImageEndpointSettings(**({"base_url": url, "model": "tiny", "retries": 1, "timeout_seconds": 5} | settings)))
    stage.load()
    return stage


def failure(stage, *orders):
    with pytest.raises(RowError) as caught:
        stage(list(orders or [order()]))
    return caught.value


def server(*script, **options):
    return ChatServer(*script, **({"usual": picture()} | options))


def test_a_request_says_what_the_interface_says_and_nothing_else():
    paths = []

    def watched(handler, body):
        paths.append(handler.path)
        picture()(handler, body)

    with server(watched) as running:
        artist(running.url, size="512x512")([order()])
    assert paths == ["/v1/images/generations"]
    assert running.requests == [{"model": "tiny", "prompt": "a men's t-shirt", "n": 1, "size": "512x512", "response_format": "b64_json"}]


def test_what_not_all_servers_know_is_sent_on_request():
    with server() as running:
        artist(running.url, response_format="none", seeded=True)([order()])
    assert "response_format" not in running.requests[0]
    assert running.requests[0]["seed"] == 41


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_an_answer_becomes_a_png_that_says_where_it_comes_from(kind, tmp_path):
    with server(picture(encoded(kind=kind))) as running:
        (made,) = artist(running.url)([order()])
    file = tmp_path / "made.png"
    file.write_bytes(made.png)
    assert (made.article_id, made.seed, made.width, made.height) == ("a1", 41, 48, 32)
    with Image.open(file) as image:
        assert np.abs(np.asarray(image.convert("RGB")).astype(int) - BLUE).max() <= 8  # JPEG and WebP are not exact
    history = read_provenance(file)
    assert (history.models, history.source_type, history.prompt) == (("tiny",), "trainedAlgorithmicMedia", "a men's t-shirt")
    assert history.negative_prompt == ""  # it had no say


def test_what_is_transparent_becomes_white_and_not_black():
    with server(picture(encoded((0, 0, 0, 0), mode="RGBA"))) as running:
        (made,) = artist(running.url)([order()])
    with Image.open(io.BytesIO(made.png)) as image:
        assert image.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_pictures_belong_to_their_orders_whatever_order_they_come_in():
    second = threading.Event()

    def by_prompt(handler, body):
        first = body["prompt"] == "first"
        if first:
            second.wait(timeout=10)
        picture(encoded(size=(10, 10) if first else (20, 20)))(handler, body)
        second.set()

    with server(usual=by_prompt) as running:
        made = artist(running.url)([order(1, "first"), order(2, "second")])
    assert [image.width for image in made] == [10, 20]


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(refuse(429, Retry_After="0"), id="asked too often"),
        pytest.param(refuse(503), id="overloaded"),
        pytest.param(cut, id="hung up in the middle of the picture"),
    ],
)
def test_what_passes_is_tried_again(trouble):
    with server(trouble) as running:
        assert len(artist(running.url)([order()])) == 1
    assert len(running.requests) == 2


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        pytest.param(refuse(400, "rejected by the safety system"), "server_error", "rejected by the safety system", id="refused"),
        pytest.param(refuse(401), "server_error", "api_key_env", id="a wrong key"),
        pytest.param(
            says({"data": [{"url": "http://127.0.0.1:9/secret.png"}]}), "bad_reply", "b64_json", id="an address: nothing is fetched from there"
        ),
        pytest.param(says({"data": []}), "bad_reply", "no picture in base64", id="no picture"),
        pytest.param(says(b"<html>"), "bad_reply", "<html>", id="another server"),
        pytest.param(says({"data": [{"b64_json": "???"}]}), "bad_reply", "no picture in base64", id="no base64"),
        pytest.param(picture(b"GIF89a"), "unreadable_image", "no sound PNG", id="another format"),
        pytest.param(picture(encoded()[:60]), "unreadable_image", "60 bytes", id="cut off"),
        pytest.param(picture(encoded(1, (MAX_PIXELS // 1000, 1001), mode="1")), "unreadable_image", "smaller size", id="a decompression bomb"),
    ],
)
def test_an_answer_without_a_sound_picture_fails_the_row(answer, kind, said):
    with server(usual=answer) as running:
        error = failure(artist(running.url))
    assert error.kind == kind
    assert said in str(error)


def test_a_server_that_does_not_answer_in_time_fails_the_row():
    with server() as running:
        running.usual = running.hang
        error = failure(artist(running.url, timeout_seconds=0.2, retries=0))
    assert error.kind == "server_timeout"


def test_nobody_pays_twice_for_the_pictures_beside_one_that_failed():
    """Four rows in one batch, one of which the server refuses: halved by the runner, the three others are not asked for again."""

    def some(handler, body):
        (refuse(400) if body["prompt"] == "bad" else picture())(handler, body)

    orders = [order(number, "bad" if number == 2 else f"good {number}") for number in range(1, 5)]
    with server(usual=some) as running:
        outcome = run_stage(artist(running.url, concurrency=4), orders, {}, lambda _: None)
    assert (outcome.counts.computed, outcome.counts.failed) == (3, 1)
    asked = [body["prompt"] for body in running.requests]
    assert sorted(prompt for prompt in asked if prompt != "bad") == ["good 1", "good 3", "good 4"]


def test_a_dead_server_costs_no_timeout_for_every_batch():
    with server() as running:
        stage = artist(running.url, retries=0)
    assert failure(stage).kind == "server_unreachable"
    assert failure(stage).kind == "server_unreachable"


def test_a_model_that_the_server_does_not_have_is_said_before_the_first_picture():
    with server(models=("other",)) as running, pytest.raises(CheckpointError, match="has no model tiny"):
        artist(running.url)


def test_the_key_comes_from_the_environment_and_goes_into_no_table(monkeypatch):
    monkeypatch.setenv("PICTURES_KEY", "sk-secret")
    with server(refuse(400, "bad key sk-secret")) as running:
        stage = artist(running.url, api_key_env="PICTURES_KEY")
        error = failure(stage)
    assert running.headers[0]["Authorization"] == "Bearer sk-secret"
    assert "sk-secret" not in str(error) + fingerprint_of(stage)
    monkeypatch.delenv("PICTURES_KEY")
    with server() as running, pytest.raises(CheckpointError, match="PICTURES_KEY"):
        artist(running.url, api_key_env="PICTURES_KEY")


def test_where_the_server_is_does_not_change_its_pictures_but_their_size_does():
    def fingerprint(**settings):
        return fingerprint_of(HostedArtist(ImageEndpointSettings(**({"base_url": "http://one/v1", "model": "tiny"} | settings))))

    assert fingerprint() == fingerprint(base_url="http://two/v1", concurrency=9)
    assert fingerprint() != fingerprint(size="512x512")
    assert "base_url" not in json.loads(fingerprint())["settings"]


@pytest.mark.parametrize("size", ["1024", "0x10", "1024x1024x3", "99999x10", "wide"])
def test_a_size_that_no_server_understands_is_refused(size):
    with pytest.raises(ValidationError):
        ImageEndpointSettings(base_url="http://one/v1", model="tiny", size=size)
