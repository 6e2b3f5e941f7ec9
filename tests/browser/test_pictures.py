from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import JSHandle, Page, expect

from recognition.models import Drawing
from tests.browser.hand import CAT, Hand, words

pytestmark = pytest.mark.browser


def photo_of_a_cat() -> bytes:
    """Return a PNG of 1,200 × 900 pixels with a real cat on it."""
    image = Image.new("RGB", (1200, 900), "white")
    for x, y in ((stroke[0], stroke[1]) for stroke in CAT):
        points = [(100 + 3 * a, 50 + 3 * b) for a, b in zip(x, y, strict=True)]
        ImageDraw.Draw(image).line(points, fill="black", width=18, joint="curve")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def carried(page: Page, content: bytes, kind: str) -> JSHandle:
    """Return a DataTransfer with one file."""
    return page.evaluate_handle(
        """([content, kind]) => {
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], "file", { type: kind }));
            return transfer;
        }""",
        [base64.b64encode(content).decode(), kind],
    )


def drop(page: Page, content: bytes, kind: str = "image/png") -> None:
    page.dispatch_event(".sheet", "drop", {"dataTransfer": carried(page, content, kind)})


def test_a_dropped_picture_is_recognized_stored_and_asked_about(page: Page) -> None:
    drop(page, photo_of_a_cat())
    expect(words(page)).to_have_text("I see a cat!")
    page.get_by_role("button", name="Done").click()
    expect(words(page)).to_have_text("Was it a cat?")

    drawing = Drawing.objects.get()
    assert drawing.strokes is None
    assert drawing.pixels().any()


@pytest.mark.parametrize("colour", ["white", "#eee"])
def test_light_ink_on_transparency_is_recognized(page: Page, colour: str) -> None:
    ink = Image.open(io.BytesIO(photo_of_a_cat())).convert("L").point(lambda value: 255 - value)
    picture = Image.new("RGBA", ink.size, colour)
    picture.putalpha(ink)
    file = io.BytesIO()
    picture.save(file, "PNG")
    drop(page, file.getvalue())

    expect(words(page)).to_have_text("I see a cat!")


def test_a_large_photo_is_scaled_to_what_the_server_takes(page: Page) -> None:
    photo = Image.open(io.BytesIO(photo_of_a_cat())).resize((3200, 2400))
    file = io.BytesIO()
    photo.save(file, "PNG")
    drop(page, file.getvalue())

    expect(words(page)).to_have_text("I see a cat!")


def test_a_pasted_picture_takes_the_place_of_the_drawing_and_undo_brings_it_back(page: Page) -> None:
    Hand(page).draw(CAT[:2])
    page.evaluate(
        "clipboardData => document.dispatchEvent(new ClipboardEvent('paste', { clipboardData }))",
        carried(page, photo_of_a_cat(), "image/png"),
    )
    expect(page.get_by_role("img", name="The picture you chose")).to_be_visible()
    page.keyboard.press("z")

    expect(page.get_by_role("img", name="Your drawing: 2 lines")).to_be_visible()
    expect(page.get_by_role("img", name="The picture you chose")).to_be_hidden()


def test_a_picture_is_chosen_by_keyboard(page: Page, tmp_path: Path) -> None:
    (tmp_path / "cat.png").write_bytes(photo_of_a_cat())
    with page.expect_file_chooser() as chooser:
        page.evaluate("0")  # by the time of its answer Chromium knows that somebody expects a chooser
        page.keyboard.press("p")
    chooser.value.set_files(tmp_path / "cat.png")

    expect(words(page)).to_have_text("I see a cat!")


def test_a_file_that_is_no_picture_is_refused_kindly(page: Page) -> None:
    drop(page, b"no picture at all")

    expect(page.locator("[data-trouble]")).to_contain_text("PNG, JPEG and WebP pictures work")
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()
    expect(words(page)).to_contain_text("Draw something")
    page.get_by_role("button", name="Close").click()
    expect(page.locator("[data-trouble]")).to_be_hidden()


def test_who_draws_over_a_picture_is_told_to_clear_it(page: Page) -> None:
    drop(page, photo_of_a_cat())
    Hand(page).draw(CAT[:1])

    expect(page.locator("[data-trouble]")).to_contain_text("Clear the picture to draw.")


def test_a_reload_keeps_the_picture(page: Page) -> None:
    drop(page, photo_of_a_cat())
    expect(words(page)).to_have_text("I see a cat!")
    page.reload()

    expect(page.get_by_role("img", name="The picture you chose")).to_be_visible()
    expect(words(page)).to_have_text("I see a cat!")
