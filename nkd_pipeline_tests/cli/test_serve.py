"""`nkd serve attributes` as its user calls it."""

import base64
import io
import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

from PIL import Image


def sketchy():
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (180, 40, 40)).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def posted(address, value):
    request = urllib.request.Request(address, json.dumps(value).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def test_help_imports_no_server():
    code = "import sys, nkd_pipeline.cli.serve; print([name for name in ('fastapi', 'uvicorn', 'dagster', 'PIL') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip() == "[]"


def test_without_a_model_it_says_how_to_get_one(nkd, tmp_path):
    result = nkd("serve", "attributes", "--home", tmp_path)
    assert result.exit_code == 2
    said = " ".join(result.output.split())
    assert "vqa_model has not been materialized" in said
    assert "--model" in said


def test_it_serves_until_it_is_stopped_and_says_what_was_asked(tiny, tmp_path):
    command = [sys.executable, "-m", "nkd_pipeline.cli", "serve", "attributes", "--home", str(tmp_path), "--port", "0"]
    process = subprocess.Popen([*command, "--model", str(tiny / "blip2")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        address = re.search(r"(http://127\.0\.0\.1:\d+/attributes),", process.stdout.readline())[1]
        status, answer = posted(address, {"image": sketchy(), "prompt": "Sleeve Length"})
        assert (status, list(answer)) == (200, ["Sleeve Length"])  # the tiny model has learnt nothing: what it says is nonsense
        assert posted(address, {"image": "%", "prompt": "Sleeve Length"})[0] == 422
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, errors) == (0, "")
    assert "1 questions answered in 1 batches, 0 failed." in output
