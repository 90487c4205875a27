"""The review page's real server on a free port, and a client that can be as rude as it likes."""

import http.client
import json
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass

from nkd_pipeline.review.guard import Seat
from nkd_pipeline.review.serving import address, listen, make_server


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.body.decode()


@dataclass
class Site:
    port: int
    seats: dict[str, Seat]

    def address(self, reviewer):
        """The address that `nkd review` would print."""
        return address("127.0.0.1", self.port, self.seats[reviewer])

    def request(self, method, path, body=None, headers=None):
        """One request exactly as given: no header but Host is added, no path is made tidy, no redirect followed."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def client(self, reviewer):
        return Client(self, {"Cookie": f"nkd_review_{self.port}={self.seats[reviewer].token}"}, self.seats[reviewer].csrf)


@dataclass
class Client:
    """A reviewer's browser, without the browser."""

    site: Site
    cookie: dict[str, str]
    csrf: str

    def get(self, path):
        return self.site.request("GET", path, headers=self.cookie)

    def post(self, path, value, **headers):
        sent = {**self.cookie, "Content-Type": "application/json", "X-Review-CSRF": self.csrf, **headers}
        return self.site.request("POST", path, json.dumps(value), sent)

    def save(self, position, answer):
        return self.post("/answers", {"position": position, "answer": answer})


@contextmanager
def serving(task, *reviewers):
    """Serves a review for some reviewers, and ends it properly."""
    seats = [Seat(name) for name in reviewers or ("Anna",)]
    listening = listen("127.0.0.1", 0)  # requests wait in its queue until the server runs
    port = listening.getsockname()[1]
    server = make_server(task, seats, "127.0.0.1", port)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield Site(port, {seat.reviewer: seat for seat in seats})
    finally:
        server.should_exit = True
        thread.join(20)
        listening.close()
        assert not thread.is_alive()


def csrf_of(page):
    return re.search(r'data-csrf="([^"]+)"', page)[1]
