"""One headless browser for all tests of pages."""

import shutil

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--window-size=1400,1600",
)


def program(name):
    """Path of an installed program."""
    found = shutil.which(name)
    assert found, f"{name} is not installed: the tests of pages need a browser. On Debian: apt-get install chromium chromium-driver"
    return found


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    """A Chromium that keeps a log of its console and of every request."""
    options = webdriver.ChromeOptions()
    options.binary_location = program("chromium")
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(program("chromedriver")))
    yield driver
    driver.quit()


@pytest.fixture
def browser(chromium):
    """The browser on an empty page, with empty logs, as large as every test expects it."""
    chromium.set_window_size(1400, 1600)
    chromium.get("about:blank")
    for kind in ("browser", "performance"):
        chromium.get_log(kind)
    return chromium
