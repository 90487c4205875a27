"""The slot for image models behind a web API: OpenAI's images endpoint, and what speaks its language.

The interface is one request a picture: `POST {base_url}/images/generations` with `model`, `prompt`, `n` = 1, `size`, and `response_format` and `seed`
where the settings say so; the answer is `{"data": [{"b64_json": "..."}]}`, a PNG, JPEG or WebP file in base64. `GET {base_url}/models` lists what the
server has. A negative prompt is no part of it. An answer that names an address in place of a picture is refused: nothing is fetched from where it
points.
Source: OpenAI's API reference, "Create image".
"""

from __future__ import annotations

import base64
import binascii
import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, ClassVar, Literal

import numpy as np
import urllib3
from PIL import Image
from pydantic import Field

from nkd_pipeline.models.chat_endpoint import ChatEndpoint, EndpointSettings
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.pictures import MAX_PIXELS
from nkd_pipeline.records import ImageOrder, RenderedImage
from nkd_pipeline.stage import RowError, Stage, StageSettings
from nkd_pipeline.storage.images import Provenance, encode_png

FORMATS = ("PNG", "JPEG", "WEBP")  # what Pillow decodes by itself, and servers send
LONGEST_REPLY = 64 << 20  # bytes: a 4096 x 4096 PNG in base64, and some room
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, OverflowError, Image.DecompressionBombError)


class ImageEndpointSettings(EndpointSettings):
    """As for other endpoints, with `size`, the picture's width and height in pixels as the server writes them, "1024x1024" or "auto".

    `response_format` = "none" leaves that field out: servers that always answer in base64 refuse it. `seeded` sends the order's seed; OpenAI's own
    models have none, and no picture of theirs comes a second time.
    """

    # the same model behind another address paints the same
    NEUTRAL: ClassVar[frozenset[str]] = frozenset({"base_url", "api_key_env", "timeout_seconds", "retries", "concurrency"})

    size: str = Field(default="1024x1024", pattern=r"^([1-9]\d{1,3}x[1-9]\d{1,3}|auto)$")
    response_format: Literal["b64_json", "none"] = "b64_json"
    seeded: bool = False
    concurrency: int = Field(default=2, ge=1, le=64)  # pictures are dear: servers allow few at once


class ImageEndpoint(ChatEndpoint):
    """Talks to one images endpoint; may be used by several threads at once."""

    def generate(self, body: dict[str, Any]) -> urllib3.BaseHTTPResponse:
        """The answer of /images/generations, whatever its status. Raises RowError when there is none."""
        return self._request("POST", "/images/generations", json.dumps(body | {"model": self._settings.model}).encode())


class HostedArtist(Stage[ImageOrder, RenderedImage]):
    """Asks a server for pictures, several at once.

    A row fails as server_unreachable, server_timeout or server_error, as bad_reply (an answer without a picture) and as unreadable_image (one that is
    no sound picture). What was painted in a batch in which another row failed is kept until its row comes again: nobody pays twice. After a batch
    that nobody answered, the next one is only begun when the server is there again.
    """

    Settings: ClassVar[type[StageSettings]] = ImageEndpointSettings
    _settings: ImageEndpointSettings

    def __init__(self, settings: StageSettings) -> None:
        super().__init__(settings)
        self.batch_size = self._settings.concurrency
        self._painted: dict[ImageOrder, RenderedImage] = {}
        self._lost = False

    @property
    def backend(self) -> str:
        """What the server calls the model."""
        return self._settings.model

    def fingerprint(self) -> dict[str, object]:
        """Class, code version and the settings without those that only say where and how fast."""
        settings = self._settings.model_dump(mode="json", exclude=set(ImageEndpointSettings.NEUTRAL))
        return super().fingerprint() | {"backend": type(self).__name__, "settings": settings}

    def load(self) -> None:
        """Raises CheckpointError when the key is not set, the server does not answer or has no such model."""
        self._lock = threading.Lock()
        self._endpoint = ImageEndpoint(self._settings)
        self._endpoint.check()

    def __call__(self, rows: Sequence[ImageOrder]) -> list[RenderedImage]:
        """Paints a batch; picture i belongs to order i."""
        if self._lost:
            try:
                self._endpoint.check()
            except CheckpointError as error:
                raise RowError("server_unreachable", str(error)) from error
        missing = [row for row in rows if row not in self._painted]
        with ThreadPoolExecutor(self._settings.concurrency) as threads:
            errors = [error for error in threads.map(self._paint, missing) if error]
        self._lost = bool(errors) and all(error.kind == "server_unreachable" for error in errors)
        if errors:
            raise errors[0]
        return [self._painted.pop(row) for row in rows]

    def _paint(self, order: ImageOrder) -> RowError | None:
        """Keeps the picture of an order, or returns why there is none."""
        try:
            response = self._endpoint.generate(self._body(order))
            if response.status != 200:
                return self._endpoint.refusal(response)
            picture = self._rendered(order, pixels_of(picture_bytes(response.data)))
        except RowError as error:
            return error
        with self._lock:
            self._painted[order] = picture
        return None

    def _body(self, order: ImageOrder) -> dict[str, Any]:
        own = self._settings
        body: dict[str, Any] = {"prompt": order.prompt.prompt, "n": 1, "size": own.size}
        if own.response_format != "none":
            body["response_format"] = own.response_format
        return body | ({"seed": order.seed} if own.seeded else {})

    def _rendered(self, order: ImageOrder, pixels: np.ndarray) -> RenderedImage:
        height, width = pixels.shape[:2]
        settings = {"size": self._settings.size, "seeded": self._settings.seeded}
        provenance = Provenance(order.article_id, order.attempt, order.seed, order.prompt.prompt, "", (self._settings.model,), settings)
        return RenderedImage(order.article_id, order.attempt, order.seed, encode_png(pixels, provenance), width, height)


def picture_bytes(reply: bytes) -> bytes:
    """The encoded picture in the body of an answer. Raises RowError "bad_reply" when it holds none."""
    if len(reply) > LONGEST_REPLY:
        raise RowError("bad_reply", f"The server's answer has {len(reply):,} bytes, more than {LONGEST_REPLY:,}. Ask for a smaller size.")
    try:
        encoded = json.loads(reply)["data"][0]["b64_json"]
        return base64.b64decode(encoded, validate=True)
    except (ValueError, LookupError, TypeError, RecursionError, binascii.Error):
        said = " ".join(reply[:1000].decode("utf-8", "replace").split())[:200]
        cure = 'Let it answer with b64_json; where it always does, set response_format = "none".'
        raise RowError("bad_reply", f"The server's answer holds no picture in base64: {said}. {cure}") from None


def pixels_of(data: bytes) -> np.ndarray:
    """The picture as height x width x 3, 0..255, on white. Raises RowError "unreadable_image" when it is none, or unpacks beyond all measure."""
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise RowError("unreadable_image", f"The server's picture has {picture.width} x {picture.height} pixels. Ask for a smaller size.")
            seen = picture.convert("RGBA")
    except _BROKEN as error:
        raise RowError("unreadable_image", f"The server's answer is no sound PNG, JPEG or WebP picture: {len(data)} bytes. Ask again.") from error
    white = Image.new("RGBA", seen.size, "white")
    return np.asarray(Image.alpha_composite(white, seen).convert("RGB"))
