"""The real server on a free port, pictures to send it, and a client that sends exactly what it is told."""

import base64
import http.client
import io
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from nkd_pipeline.review.serving import listen
from nkd_pipeline.serving.asking import as_question
from nkd_pipeline.serving.desk import Desk
from nkd_pipeline.serving.limits import Limits
from nkd_pipeline.serving.server import make_server
from nkd_pipeline_tests.serving.looker import COLOURS, Looker


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def kind(self):
        return self.json["error"]["kind"]


@dataclass
class Site:
    port: int
    desk: Desk
    stage: Looker
    folder: Path

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def post(self, path, value, **headers):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.request("POST", path, body, {"Content-Type": "application/json", **headers})

    def ask(self, picture, prompt="Base Colour"):
        return self.post("/attributes", {"image": picture, "prompt": prompt})

    def health(self):
        return self.request("GET", "/health")

    def asking(self, answers, picture, prompt="Base Colour"):
        """A thread that asks and puts the answer into a list."""
        thread = threading.Thread(target=lambda: answers.append(self.ask(picture, prompt)))
        thread.start()
        return thread


@contextmanager
def serving(folder, stage=None, **limits):
    """Serves a stage, and ends that properly."""
    desk = Desk(stage or Looker(), as_question, Limits(**limits), folder)
    listening, server = listen("127.0.0.1", 0), make_server(desk)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield Site(listening.getsockname()[1], desk, desk.batcher.stage, folder)
    finally:
        server.should_exit = True
        thread.join(20)
        listening.close()
        assert not thread.is_alive()


def picture(colour="Red", size=(48, 48), kind="PNG", **options):
    """A picture file of one colour in base64."""
    return base64.b64encode(picture_file(colour, size, kind, **options)).decode()


def picture_file(colour="Red", size=(48, 48), kind="PNG", **options):
    out = io.BytesIO()
    Image.new("RGB", size, COLOURS[colour]).save(out, kind, **options)
    return out.getvalue()
