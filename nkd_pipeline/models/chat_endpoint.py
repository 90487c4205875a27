"""An OpenAI-compatible chat endpoint (vLLM, Ollama, the llama.cpp server, hosted ones), and what can go wrong with one."""

from __future__ import annotations

import json
import os
import re
from typing import Any
from urllib.parse import urlsplit

import urllib3
from pydantic import Field, field_validator
from urllib3.exceptions import HTTPError, MaxRetryError, ReadTimeoutError

from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.stage import RowError, StageSettings

_PASSING = (408, 429, 500, 502, 503, 504)  # what another try may cure
_LONGEST_WAIT = 60  # seconds, whatever Retry-After says
_CURES = {
    401: "The key in the environment variable that api_key_env names is missing or wrong.",
    403: "The key in the environment variable that api_key_env names may not use this model.",
    404: "base_url must end where /chat/completions begins, mostly in /v1, and model must be one that the server has.",
    413: "The article's texts are too long for the server.",
    429: "The server is asked too often: lower concurrency.",
}


class EndpointSettings(StageSettings):
    """`base_url` is where /chat/completions begins, such as http://localhost:8000/v1, and `model` what the server calls the model.

    `api_key_env` names the environment variable that holds the key; the key itself stands in no file. `retries` counts further tries after answers
    429 and 5xx and when the server cannot be reached; what took longer than `timeout_seconds` or was cut off is tried once more.
    """

    base_url: str
    model: str = Field(min_length=1)
    api_key_env: str | None = None
    timeout_seconds: float = Field(default=120, gt=0, le=3600)
    retries: int = Field(default=4, ge=0, le=20)
    concurrency: int = Field(default=8, ge=1, le=256)

    @field_validator("base_url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("write it as http://host:port/v1 or https://host/v1")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("it must hold no user, key or question mark; a key goes into the environment variable that api_key_env names")
        return value.rstrip("/")

    @field_validator("api_key_env")
    @classmethod
    def _is_variable(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[A-Z][A-Z0-9_]{0,63}", value):
            raise ValueError("it is the name of an environment variable in capitals, such as OPENAI_API_KEY, and never the key itself")
        return value


class ChatEndpoint:
    """Talks to one endpoint; may be used by several threads at once."""

    def __init__(self, settings: EndpointSettings) -> None:
        """Raises CheckpointError when the environment variable of the key is not set."""
        self._settings = settings
        self._key = os.environ.get(settings.api_key_env, "").strip() if settings.api_key_env else ""
        if settings.api_key_env and not self._key:
            raise CheckpointError(
                f"The environment variable {settings.api_key_env} (api_key_env in the profile) is not set. Put the server's key into it."
            )
        self._pool = urllib3.PoolManager(
            maxsize=settings.concurrency,
            timeout=urllib3.Timeout(connect=min(10.0, settings.timeout_seconds), read=settings.timeout_seconds),
            retries=urllib3.Retry(
                total=settings.retries,
                read=min(1, settings.retries),
                redirect=0,
                status_forcelist=_PASSING,
                allowed_methods={"GET", "POST"},
                backoff_factor=0.25,
                retry_after_max=_LONGEST_WAIT,
                raise_on_status=False,
                raise_on_redirect=False,
            ),
        )

    def check(self) -> None:
        """Raises CheckpointError unless the server answers and has the model."""
        try:
            response = self._request("GET", "/models")
        except RowError as error:
            raise CheckpointError(error.message) from error
        if response.status != 200:
            raise CheckpointError(self.refusal(response).message)
        try:
            names = [str(entry["id"]) for entry in response.json()["data"]]
        except (ValueError, KeyError, TypeError) as error:
            raise CheckpointError(
                f"{self._settings.base_url}/models does not list models as an OpenAI-compatible server does. Correct base_url."
            ) from error
        wanted = self._settings.model
        if wanted not in names and f"{wanted}:latest" not in names:  # Ollama's names end in a tag
            known = ", ".join(names[:20]) or "none"
            raise CheckpointError(f"The server at {self._settings.base_url} has no model {wanted}. It has: {known}. Correct model in the profile.")

    def post(self, body: dict[str, Any]) -> urllib3.BaseHTTPResponse:
        """The answer of /chat/completions, whatever its status. Raises RowError when there is none."""
        return self._request("POST", "/chat/completions", json.dumps(body | {"model": self._settings.model}).encode())

    def refusal(self, response: urllib3.BaseHTTPResponse) -> RowError:
        """The error for an answer that is none."""
        said = " ".join(response.data[:2000].decode("utf-8", "replace").split())[:300]
        if self._key:
            said = said.replace(self._key, "…")
        cure = _CURES.get(
            response.status, "Look into the server's log." if response.status >= 500 else "Correct the profile's settings for this server."
        )
        return RowError("server_error", f"{self._settings.base_url} answers {response.status}: {said or 'nothing'}. {cure}")

    def _request(self, method: str, path: str, body: bytes | None = None) -> urllib3.BaseHTTPResponse:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        try:
            return self._pool.request(method, self._settings.base_url + path, body=body, headers=headers, redirect=False)
        except (HTTPError, OSError) as error:
            raise self._absence(error) from error

    def _absence(self, error: Exception) -> RowError:
        """The error for no answer at all."""
        where, reason = self._settings.base_url, error.reason if isinstance(error, MaxRetryError) and error.reason else error
        if isinstance(reason, ReadTimeoutError):
            seconds = f"{self._settings.timeout_seconds:g}"
            return RowError("server_timeout", f"{where} did not answer within {seconds} s. Raise timeout_seconds or lower concurrency or max_tokens.")
        return RowError(
            "server_unreachable", f"{where} cannot be reached ({str(reason).rpartition(': ')[2]:.150}). Start the server, or correct base_url."
        )
