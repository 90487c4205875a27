"""A real Postgres server for one test session, from the machine's own binaries."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg2

START_SECONDS = 180.0
# nothing in it outlives the session, so it need not survive a power cut
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB", "max_connections=200", "listen_addresses=")


class PostgresServer:
    """Context manager; `database()` makes a database that nobody else uses."""

    def __init__(self):
        self._folder = Path(tempfile.mkdtemp(prefix="nkd-postgres-"))
        self._numbers = itertools.count()

    def __enter__(self):
        user = _unprivileged_user()
        options = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        if user:
            os.chown(self._folder, user.pw_uid, user.pw_gid)
        data = self._folder / "data"
        made = subprocess.run(
            [binary("initdb"), "-D", data, "-U", "nkd", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            capture_output=True,
            text=True,
            check=False,
            cwd=self._folder,
            **options,
        )
        assert made.returncode == 0, made.stderr
        settings = [word for setting in QUICK for word in ("-c", setting)]
        self._log = (self._folder / "log").open("wb")
        command = [binary("postgres"), "-D", data, "-k", self._folder, *settings]
        self._process = subprocess.Popen(command, stdout=self._log, stderr=self._log, cwd=self._folder, **options)
        self._wait()
        self._run("CREATE DATABASE dagster")
        _make_tables(self.url("dagster"))
        return self

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGQUIT)  # at once: what is in it is not wanted any more
        self._process.wait(120)
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database):
        return f"postgresql://nkd@/{database}?host={self._folder}"

    def database(self):
        """URL of a new database that has Dagster's tables already: making them takes longer than a test."""
        name = f"dagster_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE dagster")
        return self.url(name)

    def _run(self, statement):
        connection = psycopg2.connect(self.url("postgres"))
        try:
            connection.autocommit = True
            connection.cursor().execute(statement)
        finally:
            connection.close()

    def _wait(self):
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return psycopg2.connect(self.url("postgres")).close()
            except psycopg2.OperationalError:
                assert self._process.poll() is None, (self._folder / "log").read_text()
                assert time.monotonic() < deadline, "Postgres did not start: " + (self._folder / "log").read_text()
                time.sleep(0.05)


def binary(name):
    """The program in PATH or where Debian's package puts it."""
    found = shutil.which(name) or next(iter(sorted(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), reverse=True)), None)
    assert found, f"{name} is not installed. Debian/Ubuntu: sudo apt-get install postgresql"
    return found


def _unprivileged_user():
    """Whom to become: Postgres refuses to run as root. None when this is nobody's root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise AssertionError("Postgres does not run as root, and there is no user postgres or nobody to run it as")


def _make_tables(url):
    from dagster_postgres import DagsterPostgresStorage

    from nkd_pipeline.automation.instance_settings import with_driver

    storage = DagsterPostgresStorage(with_driver(url))
    for part in (storage.run_storage, storage.event_log_storage, storage.schedule_storage):
        part.dispose()
