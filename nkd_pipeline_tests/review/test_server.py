"""The server of the review page: who gets in, what comes out, and what is never told."""

import json

import pytest

from nkd_pipeline.records import ASPECTS
from nkd_pipeline.review.rubric_task import RubricTask
from nkd_pipeline_tests.review.homes import SECRET, SHARD, delivered, filled_home
from nkd_pipeline_tests.review.site import csrf_of, serving

CLEAN = dict.fromkeys(ASPECTS, "none")
PATHS = ["/", "/items/0", "/progress", "/assets/desk.js", "/pictures/" + "0" * 64, "/nowhere"]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return filled_home(tmp_path_factory.mktemp("review") / "home")


@pytest.fixture(scope="module")
def task(workspace):
    return RubricTask(workspace, [SHARD])


@pytest.fixture(scope="module")
def site(task):
    with serving(task, "Anna", "Bernd") as served:
        yield served


@pytest.fixture
def anna(site):
    return site.client("Anna")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("cookie", ["", "nkd_review_PORT=wrong", "nkd_review_1=TOKEN", "nkd_review_PORT=", "nkd_review_PORT=ü"])
def test_without_the_token_there_is_nothing(site, path, cookie):
    sent = cookie.replace("PORT", str(site.port)).replace("TOKEN", site.seats["Anna"].token)
    answer = site.request("GET", path, headers={"Cookie": sent.encode()} if sent else {})
    assert answer.status == 401
    assert "Herren" not in answer.text


@pytest.mark.parametrize("token", ["", "wrong", "%00", "Anna", "x" * 5000])
def test_a_wrong_token_is_refused(site, token):
    answer = site.request("GET", f"/?token={token}")
    assert (answer.status, answer.headers["Set-Cookie"]) == (401, None)


def test_the_printed_address_becomes_a_cookie_that_scripts_and_other_sites_cannot_use(site):
    answer = site.request("GET", site.address("Anna").removeprefix(f"http://127.0.0.1:{site.port}"))
    assert (answer.status, answer.headers["Location"]) == (303, "/")  # the token leaves the address bar
    name, _, attributes = answer.headers["Set-Cookie"].partition(";")
    assert name == f"nkd_review_{site.port}={site.seats['Anna'].token}"
    assert {"httponly", "samesite=lax", "path=/"} <= {word.strip().lower() for word in attributes.split(";")}
    assert "max-age" not in attributes.lower()


def test_tokens_are_long_and_no_two_are_alike(site):
    secrets = [secret for seat in site.seats.values() for secret in (seat.token, seat.csrf)]
    assert len(set(secrets)) == 4
    assert all(len(secret) >= 43 for secret in secrets)  # 256 bits
    assert not any(secret in repr(site.seats) for secret in secrets)  # nor do they get into a log


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "", "evil.example:8765", "a:b:c"])
def test_a_strangers_name_for_this_machine_is_refused(site, anna, host):
    # DNS rebinding: his page's name points here, so that the browser takes this server for his
    answer = site.request("GET", "/items/0", headers={**anna.cookie, "Host": host})
    assert answer.status == 400


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST:99", "[::1]:8765", "192.168.1.7:8765"])
def test_this_machines_own_names_are_fine(site, anna, host):
    assert site.request("GET", "/progress", headers={**anna.cookie, "Host": host}).status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"X-Review-CSRF": ""}, 403, id="without the page's secret"),
        pytest.param({"X-Review-CSRF": "BERND"}, 403, id="with another reviewer's"),
        pytest.param({"Content-Type": "text/plain"}, 415, id="as a form could send it"),
        pytest.param({"Content-Type": "application/x-www-form-urlencoded"}, 415, id="as a form would send it"),
        pytest.param({"Content-Length": "99999999"}, 413, id="too long"),
        pytest.param({"Cookie": "x=1"}, 401, id="without the cookie, as from another site"),
    ],
)
def test_other_sites_cannot_save(site, anna, task, headers, status):
    sent = {name: value.replace("BERND", site.seats["Bernd"].csrf) for name, value in headers.items()}
    assert anna.post("/answers", {"position": 0, "answer": CLEAN}, **sent).status == status
    assert task.answers("Anna") == {}


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "PATCH"])
def test_no_other_site_is_allowed_to_ask(site, anna, method):
    asked = {
        **anna.cookie,
        "Origin": "http://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-review-csrf",
    }
    answer = site.request(method, "/answers", headers=asked)
    assert answer.status in (403, 405)
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize("path", [*PATHS, "/?token=wrong"])
def test_every_answer_forbids_what_it_does_not_need(site, anna, path):
    headers = anna.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer")
    assert headers["Server"] is None


def test_the_page_has_no_script_or_style_of_its_own(anna):
    page = anna.get("/").text
    assert "<style" not in page
    assert page.count("<script") == page.count('<script type="module" src="/assets/') == 1
    assert " on" + "click" not in page
    assert csrf_of(page) == anna.csrf


@pytest.mark.parametrize(
    "path",
    [
        "/pictures/../../../../etc/passwd",
        "/pictures/..%2f..%2f..%2fetc%2fpasswd",
        "/pictures/%2e%2e%2fsettings.toml",
        "/pictures//etc/passwd",
        "/pictures/" + "a" * 64,
        "/pictures/1.png",
        "/pictures/%00",
        "/assets/../guard.py",
        "/assets/..%2fguard.py",
        "/assets/%2e%2e/%2e%2e/guard.py",
        "/assets//etc/passwd",
        "/assets/ab.html",
        "/items/99",
        "/items/-1",
        "/docs",
        "/openapi.json",
    ],
)
def test_nothing_but_the_pages_own_files_is_served(anna, path):
    answer = anna.get(path)
    assert answer.status in (404, 422)
    assert b"root:" not in answer.body
    assert b"import" not in answer.body


def test_pictures_come_as_they_are_stored(anna, task):
    (address,) = anna.get("/items/0").json["pictures"]
    answer = anna.get(address)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.body == task.items[task.order("Anna")[0]].file.read_bytes()


def test_a_picture_that_was_made_anew_is_not_shown_for_the_old_one(tmp_path):
    workspace = filled_home(tmp_path / "home")
    with serving(RubricTask(workspace, [SHARD])) as site:
        anna = site.client("Anna")
        (address,) = anna.get("/items/0").json["pictures"]
        for row in workspace.delivered(SHARD):
            workspace.home.image(SHARD, row.article_id, 1).write_bytes(b"other")
        assert anna.get(address).status == 404


def test_a_review_of_two_people_tells_neither_of_the_other_nor_of_the_machine(tmp_path):
    task = RubricTask(filled_home(tmp_path / "home"), [SHARD])
    with serving(task, "Anna", "Bernd") as site:
        anna, bernd = site.client("Anna"), site.client("Bernd")
        positions = range(3)
        assert [anna.save(position, CLEAN | {"construction": "strong"}).status for position in positions] == [200] * 3
        answers = [bernd.get(path) for path in ("/", "/progress", *(f"/items/{position}" for position in positions))]
        assert answers[1].json == {"done": 0, "total": 3, "next": 0}
        assert [answer.json["saved"] for answer in answers[2:]] == [None] * 3
        told = "".join(answer.text for answer in answers)
        assert not [word for word in (SECRET, "Anna", "fail", "verdict", "8.5") if word in told]
        assert bernd.post("/undo", {}).json == {"position": None}
    assert len(task.answers("Anna")) == 3


def test_saving_and_taking_back(tmp_path):
    with serving(RubricTask(filled_home(tmp_path / "home"), [SHARD])) as site:
        anna = site.client("Anna")
        assert anna.save(0, CLEAN).json == {"done": 1, "total": 3, "next": 1}
        assert anna.get("/items/0").json["saved"] == CLEAN
        assert anna.post("/undo", {}).json == {"position": 0, "answer": CLEAN, "restored": False}
        assert anna.get("/items/0").json["saved"] is None


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"position": 0, "answer": {"colour": "none"}}, id="an aspect is missing"),
        pytest.param({"position": 0, "answer": "none"}, id="no marks at all"),
        pytest.param({"position": "first", "answer": CLEAN}, id="no position"),
        pytest.param({"position": 0, "answer": CLEAN, "reviewer": "Bernd"}, id="for somebody else"),
        pytest.param([], id="no object"),
    ],
)
def test_what_is_no_answer_is_refused(anna, task, body):
    assert anna.post("/answers", body).status == 422
    assert task.answers("Anna") == {}
    assert task.answers("Bernd") == {}


def test_participants_are_asked_only_by_surveys(anna):
    assert anna.post("/participant", {"answers": {}}).status == 404


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "</script><b>"])
def test_texts_are_data_and_no_part_of_the_page(tmp_path, text):
    task = RubricTask(filled_home(tmp_path / "home", rows=[delivered("T-1", text, text)]), [SHARD])
    with serving(task) as site:
        anna = site.client("Anna")
        assert text not in anna.get("/").text
        answer = anna.get("/items/0")
        assert answer.headers["Content-Type"] == "application/json"
        assert json.loads(answer.body)["name"] == text
