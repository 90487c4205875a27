"""Driving the Dagster UI as a person does: pages are opened, words are looked for, buttons are clicked."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 300  # seconds until something that must come is missing; on a busy machine a run that takes ten seconds takes ninety
LOCATION = "/locations/nkd_pipeline.definitions"


@contextmanager
def serving(home, log):
    """`nkd ui` on a free port, with its daemon; yields the address and ends all its processes."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "nkd_pipeline.cli", "ui", "--home", str(home), "--port", str(port)]
    with log.open("w") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        WebDriverWait(process, PATIENCE).until(lambda _: _answers(address), f"nkd ui does not answer; see {log}")
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(120)


def _answers(address):
    try:
        with urllib.request.urlopen(f"{address}/server_info", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


class DagsterUi:
    """The UI in a browser. Pictures of it go to NKD_SCREENSHOTS, which is how the README gets its own."""

    def __init__(self, driver, address):
        self._driver, self.address = driver, address
        driver.set_window_size(1400, 900)

    def open(self, path):
        self._driver.get(self.address + path)

    def sees(self, *words, within=PATIENCE, reload=False):
        """Waits until all the words stand on the page."""

        def look(driver):
            text = driver.execute_script("return document.body ? document.body.innerText : ''")
            if all(word in text for word in words):
                return True
            if reload:
                driver.refresh()
                WebDriverWait(driver, within).until(lambda d: d.execute_script("return document.body.innerText.length > 200"))
            return False

        WebDriverWait(self._driver, within, poll_frequency=3 if reload else 0.3).until(look, f"{words} never came")

    def misses(self, word, within=PATIENCE):
        """Waits until the word has gone, loading the page anew."""

        def gone(driver):
            driver.refresh()
            WebDriverWait(driver, within).until(lambda d: "Partitions" in d.execute_script("return document.body.innerText"))
            return word not in driver.execute_script("return document.body.innerText")

        WebDriverWait(self._driver, within, poll_frequency=3).until(gone, f"{word} never went")

    def click(self, text, within=PATIENCE):
        """Clicks the button, link or cell that begins with the text, once it can be clicked."""

        def press(driver):
            for element in driver.find_elements(By.XPATH, f"//*[self::button or self::a][starts-with(normalize-space(.), '{text}')]"):
                try:
                    if element.is_displayed() and element.is_enabled():
                        element.click()
                        return True
                except StaleElementReferenceException:
                    return False
            return False

        WebDriverWait(self._driver, within, ignored_exceptions=[StaleElementReferenceException]).until(press, f"no button {text} to click")

    def switch_on(self):
        """Turns the page's schedule or sensor on and waits until it says when it ticks next."""

        def press(driver):  # the page draws its switch anew while it learns of its state
            driver.find_element(By.XPATH, "//label[input[@type='checkbox']]").click()
            return True

        ignored = [NoSuchElementException, StaleElementReferenceException]
        WebDriverWait(self._driver, PATIENCE, ignored_exceptions=ignored).until(press, "no switch to turn")
        self.sees("Next tick")

    def launch_all_partitions(self):
        """In the open dialog: all partitions, launch, and wait until the dialog has gone, since leaving the page earlier would cancel the request."""
        self.click("All")
        self.click("Launch")
        script = "return !document.body.innerText.includes('Partition selection')"
        WebDriverWait(self._driver, PATIENCE).until(lambda driver: driver.execute_script(script), "the launch dialog stayed open")

    def shows_picture(self):
        """Waits for an embedded picture that the browser could decode; returns its width in pixels."""
        script = "const i = document.querySelector('img[src^=\"data:image/webp\"]'); return i ? i.naturalWidth : 0"
        return WebDriverWait(self._driver, 20).until(lambda driver: driver.execute_script(script), "no picture in the dialog")

    def photograph(self, name):
        folder = os.environ.get("NKD_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            # spinners go round for as long as something runs
            still = "return document.getAnimations().every(a => a.playState !== 'running' || a.effect.getTiming().iterations === Infinity)"
            WebDriverWait(self._driver, 10).until(lambda driver: driver.execute_script(still))
            self._driver.save_screenshot(str(Path(folder) / f"{name}.png"))
