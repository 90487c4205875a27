"""A server that speaks the chat protocol of OpenAI, and misbehaves as it is told."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GOOD = json.dumps(
    {
        "product_type": "women's blouse",
        "key_visual_features": "v-neck",
        "color_material_details": "dark blue",
        "design_aspects": "",
    }
)


def reply(content=GOOD, **choice):
    """Answers with a message."""
    return lambda handler, _: handler.send(
        200, {"choices": [{"message": {"role": "assistant", "content": content}, "finish_reason": "stop"} | choice]}
    )


def refuse(status, said="no", **headers):
    """Answers with an error."""
    return lambda handler, _: handler.send(status, {"error": {"message": said}}, headers)


def cut(handler, _):
    """Promises a body and hangs up in the middle of it."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{")
    handler.close_connection = True


class ChatServer:
    """Each answer of `script` is given once, in order; then `usual` answers. `requests` are the bodies that came, `headers` theirs."""

    def __init__(self, *script: Callable, usual: Callable | None = None, models=("tiny",)):
        self.script, self.usual, self.models = list(script), usual or reply(), models
        self.requests, self.headers = [], []
        self.lock, self.closing = threading.Lock(), threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                if callable(server.models):
                    server.models(self, None)
                else:
                    self.send(200, {"object": "list", "data": [{"id": name} for name in server.models]})

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with server.lock:
                    server.requests.append(body)
                    server.headers.append(dict(self.headers))
                    answer = cut if server.closing.is_set() else server.script.pop(0) if server.script else server.usual
                answer(self, body)

            def send(self, status, value, headers=None):
                data = value if isinstance(value, bytes) else json.dumps(value).encode()
                self.send_response(status)
                for name, content in {"Content-Type": "application/json", "Content-Length": str(len(data)), **(headers or {})}.items():
                    self.send_header(name.replace("_", "-"), content)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                """Keeps the tests' output clean."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"

    def hang(self, handler, _):
        """Answers nothing until the test is over."""
        self.closing.wait(30)
        handler.close_connection = True

    def __enter__(self):
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Stops answering; connections are refused from then on."""
        if not self.closing.is_set():
            self.closing.set()
            self._http.shutdown()
            self._http.server_close()
            self._thread.join()
