"""MLflow's own pages in a headless Chromium, as a lab lead uses them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE_S = 90
_FLAGS = (
    "--headless=new",
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    # Without these Chromium calls home, which a closed network answers with long waits.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1700,1100",
)
_TAGS = "[data-component-id='mlflow.run_details.overview.tags.edit_button']"


def open_browser(chromium: str, driver: str) -> Chrome:
    options = ChromeOptions()
    options.binary_location = chromium
    # An alert that a name has opened stays open, and fails whatever comes after it.
    options.unhandled_prompt_behavior = "ignore"
    for flag in _FLAGS:
        options.add_argument(flag)
    return Chrome(options=options, service=Service(driver))


class MlflowPage:
    """A browser on one server; each step waits for what it needs."""

    def __init__(self, browser: Chrome, address: str, pictures: Path) -> None:
        self._browser, self._address, self._pictures = browser, address, pictures

    def open(self, page: str) -> None:
        self._browser.get(self._address + page)
        # Only the part behind # may have changed, which loads nothing anew.
        self._browser.refresh()

    def picture(self, name: str) -> None:
        self._pictures.mkdir(parents=True, exist_ok=True)
        self._browser.save_screenshot(str(self._pictures / f"{name}.png"))

    def wait(self, what: Callable[[], Any], message: str) -> Any:
        def done(_: Chrome) -> Any:
            return what()

        waiting = WebDriverWait(self._browser, PATIENCE_S, ignored_exceptions=(Exception,))
        return waiting.until(done, message)

    def text(self) -> str:
        return self._browser.find_element(By.TAG_NAME, "body").text

    def wait_for_text(self, text: str) -> None:
        self.wait(lambda: text in self.text(), f"{text!r} is not on the page")

    def run_names(self) -> list[str]:
        """Names of the runs in the table, from top to bottom."""
        cells = self._browser.find_elements(By.CSS_SELECTOR, "[role='row'] a[href*='/runs/']")
        placed = {cell.location["y"]: cell.text for cell in cells if cell.text}
        return [placed[y] for y in sorted(placed)]

    def sort_by(self, column: str) -> None:
        """Click the head of a column."""
        heads = "//*[@role='columnheader'][.//*[normalize-space()='{}']]"
        self._click(By.XPATH, heads.format(column))

    def follow(self, link: str) -> None:
        self._click(By.PARTIAL_LINK_TEXT, link)

    def set_tag(self, key: str, value: str) -> None:
        """As one does by hand: the pencil beside the tags, key, value, plus, save."""
        self._click(By.CSS_SELECTOR, _TAGS)
        box = self._find(By.CSS_SELECTOR, "[role='dialog'] input[role='combobox']")
        box.send_keys(key)
        box.send_keys(Keys.ENTER)
        self._find(By.CSS_SELECTOR, "[role='dialog'] input[aria-label='Value']").send_keys(value)
        self._click(By.CSS_SELECTOR, "[role='dialog'] button[aria-label='Add tag']")
        self._click(By.XPATH, "//*[@role='dialog']//button[normalize-space()='Save tags']")
        self.wait(
            lambda: not self._browser.find_elements(By.CSS_SELECTOR, "[role='dialog']"),
            "the tags were not saved",
        )

    def framed_text(self) -> str:
        """Text of the page that an artifact shows in its frame."""
        frame = self._find(By.CSS_SELECTOR, "iframe")
        self._browser.switch_to.frame(frame)
        try:
            self.wait(lambda: len(self.text()) > 100, "the artifact's frame stays empty")
            return self.text()
        finally:
            self._browser.switch_to.default_content()

    def _find(self, by: str, what: str) -> WebElement:
        found: WebElement = self.wait(lambda: self._browser.find_element(by, what), what)
        return found

    def _click(self, by: str, what: str) -> None:
        def clicked() -> bool:
            self._browser.find_element(by, what).click()
            return True

        self.wait(clicked, what)
