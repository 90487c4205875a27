"""A hub on this machine: serves repositories of files over HTTP as far as huggingface_hub asks."""

import hashlib
import http.server
import json
import threading
import urllib.parse
from dataclasses import dataclass, field

from nkd_pipeline.models.checkpoint import Checkpoint
from nkd_pipeline.models.known import Conversion, KnownModel

COMMIT = "a" * 40


@dataclass
class Repository:
    """Files at one commit. `gated`: needs the token."""

    revision: str
    files: dict[str, bytes]
    gated: bool = False


@dataclass
class Hub:
    """What it serves, and what it was asked for."""

    repositories: dict[str, Repository] = field(default_factory=dict)
    token: str = "hf_good"
    status: int | None = None  # what it answers to everything
    stall: str | None = None  # the file whose bytes never come
    stalled: threading.Event = field(default_factory=threading.Event)  # somebody waits for them
    asked: list[str] = field(default_factory=list)  # "METHOD file" of downloads
    url: str = ""

    def __enter__(self):
        hub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self):
                hub.answer(self)

            def do_GET(self):
                hub.answer(self)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request):
        """Answers one request."""
        parts = urllib.parse.unquote(urllib.parse.urlsplit(request.path).path).strip("/").removeprefix("datasets/").split("/")
        listing = parts[:2] == ["api", "models"]
        name, rest = ("/".join(parts[2:4]), parts[4:]) if listing else ("/".join(parts[:2]), parts[2:])
        repository = self.repositories.get(name)
        if repository is None or self.status is not None:
            return self._refuse(request, self.status or 404, "" if self.status else "RepoNotFound")
        verb, revision, *rest = rest
        if not listing and repository.gated and request.headers.get("Authorization") != f"Bearer {self.token}":
            return self._refuse(request, 401, "GatedRepo")
        path = "/".join(rest)
        if missing := "RevisionNotFound" if revision != repository.revision else "" if listing or path in repository.files else "EntryNotFound":
            return self._refuse(request, 404, missing)
        if listing:
            return self._send(request, json.dumps(self._listing(name, verb, repository)).encode(), {})
        self.asked.append(f"{request.command} {path}")
        content = repository.files[path]
        if request.command == "GET" and path == self.stall:
            self.stalled.set()
            request.close_connection = True
            return request.connection.recv(1)  # until the other side is gone
        return self._send(request, content, {"ETag": f'"{hashlib.sha256(content).hexdigest()}"', "X-Repo-Commit": revision})

    def _listing(self, name, verb, repository):
        entries = [(path, len(content), hashlib.sha1(content).hexdigest()) for path, content in repository.files.items()]
        if verb == "tree":
            return [{"type": "file", "path": path, "size": size, "oid": blob} for path, size, blob in entries]
        siblings = [{"rfilename": path, "size": size, "blobId": blob} for path, size, blob in entries]
        return {"id": name, "sha": repository.revision, "siblings": siblings, "gated": "auto" if repository.gated else False}

    def _refuse(self, request, status, code):
        request.send_response(status)
        request.send_header("X-Error-Code", code)
        request.send_header("Content-Length", "0")
        request.end_headers()

    def _send(self, request, content, headers):
        request.send_response(200)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        if request.command == "GET":
            request.wfile.write(content)


def contents(folder):
    """The files of a folder by their paths in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def checkpoint(name):
    """`owner/name` at the one commit there is."""
    return Checkpoint(model=f"owner/{name}", revision=COMMIT)


def serve(hub, name, files, **options):
    """Puts a repository `owner/name` on the hub."""
    hub.repositories[f"owner/{name}"] = Repository(COMMIT, files, **options)


def know(monkeypatch, name, weights, **facts):
    """Makes a model known, with the one pickled file that may be converted."""
    conversion = Conversion(file="pytorch_model.bin", sha256=hashlib.sha256(weights).hexdigest())
    entry = KnownModel(revision=COMMIT, use="", licence="MIT", terms="https://terms", gigabytes=1, source="", convert=conversion, **facts)
    monkeypatch.setattr("nkd_pipeline.models.known.known_models", lambda: {f"owner/{name}": entry})
