from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import JSHandle, Page, expect

from recognition.models import Drawing, ModelVersion
from tests.browser.hand import CAT, HOUSE, Hand, Visit, words

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


def on_transparency(content: bytes, colour: str) -> bytes:
    """Return the black ink of a picture in another colour, on no ground, as a PNG."""
    ink = Image.open(io.BytesIO(content)).convert("L").point(lambda value: 255 - value)
    picture = Image.new("RGBA", ink.size, colour)
    picture.putalpha(ink)
    file = io.BytesIO()
    picture.save(file, "PNG")
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


def drag(page: Page, start: tuple[float, float], by: tuple[float, float], has_touch: bool) -> None:
    """Drag with the mouse or with a finger, from a point of the page."""
    x, y, end_x, end_y = *start, start[0] + by[0], start[1] + by[1]
    if not has_touch:
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(end_x, end_y, steps=3)
        page.mouse.up()
        return
    chromium = page.context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", [{"x": x, "y": y}]),
        ("touchMove", [{"x": end_x, "y": end_y}]),
        ("touchEnd", []),
    ):
        chromium.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


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
    drop(page, on_transparency(photo_of_a_cat(), colour))

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


def a_cat_and_a_house() -> bytes:
    """Return a PNG with a cat on the left, which is small, and a house on the right."""
    image = Image.new("RGB", (1000, 600), "white")
    for drawing, scale, left in ((CAT, 1.2, 40), (HOUSE, 2, 440)):
        for x, y in ((stroke[0], stroke[1]) for stroke in drawing):
            points = [(left + scale * a, 30 + scale * b) for a, b in zip(x, y, strict=True)]
            ImageDraw.Draw(image).line(points, fill="black", width=8, joint="curve")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def width(page: Page) -> int:
    """Return the width of the picture on the sheet."""
    picture = page.get_by_role("img", name="The picture you chose")
    return int(picture.evaluate("image => image.decode().then(() => image.naturalWidth)"))


def choose_the_cat(page: Page) -> None:
    """Crop that picture by the keyboard."""
    page.get_by_role("button", name="Crop it").click()
    expect(page.get_by_role("application", name="The part with your drawing")).to_be_focused()
    for key in ["ArrowLeft", "ArrowUp"] * 4 + ["Shift+ArrowLeft"] * 13:
        page.keyboard.press(key)
    page.keyboard.press("Enter")


def test_the_part_that_the_keys_choose_is_recognized(page: Page) -> None:
    drop(page, a_cat_and_a_house())
    expect(page.get_by_role("img", name="Your picture as I saw it")).to_be_visible()
    expect(words(page)).to_contain_text("maybe a fish")
    choose_the_cat(page)

    expect(words(page)).to_have_text("I see a cat!")
    assert width(page) < 450
    page.keyboard.press("z")
    expect(words(page)).to_contain_text("maybe a fish")


@pytest.mark.parametrize("has_touch", [False, True])
def test_a_corner_and_the_box_follow_the_pointer(visit: Visit, version: ModelVersion, has_touch: bool) -> None:
    page = visit(viewport={"width": 390, "height": 800}, has_touch=has_touch)
    drop(page, a_cat_and_a_house())
    page.get_by_role("button", name="Crop it").click()
    box = page.get_by_role("application").bounding_box()
    assert box
    drag(page, (box["x"] + box["width"] - 4, box["y"] + box["height"] - 4), (-box["width"] / 2, 0), has_touch)
    drag(page, (box["x"] + box["width"] / 4, box["y"] + box["height"] / 2), (-300, -300), has_touch)
    page.get_by_role("button", name="Look at this part").click()

    expect(words(page)).to_have_text("I see a cat!")


def test_escape_leaves_the_picture_as_it_is(page: Page) -> None:
    drop(page, photo_of_a_cat())
    page.get_by_role("button", name="Crop it").click()
    expect(page.get_by_role("application")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Crop it")).to_be_focused()
    assert width(page) == 1200


def test_a_cropped_picture_keeps_its_transparency(page: Page) -> None:
    drop(page, on_transparency(a_cat_and_a_house(), "white"))
    choose_the_cat(page)

    expect(words(page)).to_have_text("I see a cat!")


def test_the_part_of_a_stored_picture_is_another_drawing(page: Page) -> None:
    drop(page, a_cat_and_a_house())
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("button", name="Yes", exact=True)).to_be_visible()
    page.get_by_role("button", name="Crop it").click()
    page.get_by_role("button", name="Look at this part").click()
    page.get_by_role("button", name="Done").click()

    expect(page.get_by_role("button", name="Yes", exact=True)).to_be_visible()
    assert Drawing.objects.count() == 2
