from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from recognition.models import Drawing, ModelVersion
from tests.browser.hand import CAT, HOUSE, Fingers, Hand, Stylus, Visit, words

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


def strokes_on(page: Page) -> list[dict[str, Any]]:
    return page.evaluate("JSON.parse(localStorage.getItem('doodle')).sheet.strokes")


def store(page: Page) -> Drawing:
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("button", name="Yes")).to_be_visible()
    return Drawing.objects.get()


def test_a_real_cat_is_recognized(page: Page) -> None:
    Hand(page).draw(CAT)

    expect(words(page)).to_have_text("I see a cat!")
    expect(page.locator(".bar").first).to_contain_text("cat")
    expect(page.locator(".bar:not([data-unknown])")).to_have_count(5)


def test_the_guess_comes_while_the_stroke_is_still_drawn(page: Page) -> None:
    hand = Hand(page)
    hand.down(0, 0)
    for x, y in zip(HOUSE[0][0], HOUSE[0][1], strict=True):
        hand.move(x, y)

    expect(page.locator(".bar").first).not_to_have_attribute("data-unknown", "")
    hand.up()


def test_a_dot_is_not_claimed_to_be_anything(page: Page) -> None:
    Hand(page).stroke([100], [100])

    expect(words(page)).to_contain_text("I don’t know")


def test_strokes_are_stored_as_drawn_with_times_from_the_first_point(page: Page) -> None:
    Hand(page).draw(CAT)
    strokes = store(page).strokes

    assert len(strokes) == len(CAT)
    assert strokes[0][2][0] == 0
    times = [moment for stroke in strokes for moment in stroke[2]]
    assert times == sorted(times)
    assert all(len(x) == len(y) == len(t) for x, y, t in strokes)


def pen_on_page(page: Page) -> list[str]:
    """Return the colour and the relative width of the first line that is not ink."""
    return page.locator("[data-picture] g path").first.evaluate(
        "path => (({ stroke, strokeWidth }) => [stroke, strokeWidth])(getComputedStyle(path))"
    )


def test_a_drawing_keeps_its_colours_and_widths_in_the_light_and_in_the_dark(page: Page) -> None:
    page.get_by_role("radio", name="Blue").check()
    page.get_by_role("radio", name="Thick line").check()
    Hand(page).draw(CAT[:1])
    page.get_by_role("radio", name="Ink").check()
    Hand(page).draw(CAT[1:])
    drawing = store(page)
    page.goto(f"/drawings/{drawing.pk}/")

    assert pen_on_page(page) == ["rgb(54, 70, 201)", "12px"]
    page.get_by_role("button", name="Dark colours").click()
    assert pen_on_page(page) == ["rgb(143, 156, 255)", "12px"]
    ink = page.locator("[data-picture] > svg > g + g path").first
    assert ink.evaluate("path => getComputedStyle(path).stroke") == "rgb(243, 239, 230)"


def test_a_pointer_that_hardly_moves_makes_a_dot(page: Page) -> None:
    hand = Hand(page)
    x, y = hand.at(100, 100)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 1, y)
    page.mouse.up()

    assert [len(stroke["x"]) for stroke in strokes_on(page)] == [1]


def test_the_same_gesture_is_the_same_drawing_at_every_size_of_the_window(visit: Visit, version: ModelVersion) -> None:
    shapes = []
    for width in (1440, 360):
        page = visit(viewport={"width": width, "height": 900})
        Hand(page).stroke([0, 255], [0, 128])
        (stroke,) = strokes_on(page)
        shapes.append([stroke["x"][0], stroke["y"][0], stroke["x"][-1], stroke["y"][-1]])

    assert shapes[0] == pytest.approx(shapes[1], abs=2)


def test_resizing_the_window_keeps_the_drawing(page: Page) -> None:
    Hand(page).draw(CAT)
    before = strokes_on(page)
    page.set_viewport_size({"width": 500, "height": 800})

    assert strokes_on(page) == before
    assert ink(page) > 0


def test_the_canvas_has_a_pixel_for_every_pixel_of_the_screen(visit: Visit, version: ModelVersion) -> None:
    page = visit(device_scale_factor=2)

    css, pixels = page.evaluate("(c => [c.clientWidth, c.width])(document.querySelector('canvas'))")

    assert pixels == 2 * css


def test_undo_redo_and_clear_by_keyboard(page: Page) -> None:
    Hand(page).draw(CAT[:2])
    lines = page.get_by_role("img", name="Your drawing")

    for key, count in (("z", "1 line"), ("Shift+Z", "2 lines"), ("c", "nothing yet"), ("z", "2 lines")):
        page.keyboard.press(key)
        expect(lines).to_have_accessible_name(f"Your drawing: {count}")


def test_drawing_takes_the_keyboard_away_from_the_button_pressed_last(page: Page) -> None:
    Hand(page).draw(CAT[:1])
    page.get_by_role("radio", name="Blue").check()
    page.get_by_role("button", name="Undo").click()
    Hand(page).draw(CAT)
    page.keyboard.press("Enter")

    expect(words(page)).to_have_text("Was it a cat?")


def test_another_mouse_button_does_not_draw(page: Page) -> None:
    hand = Hand(page)
    hand.down(10, 10)
    hand.up()
    page.mouse.move(*hand.at(100, 100))
    page.mouse.down(button="right")
    page.mouse.move(*hand.at(200, 200))
    page.mouse.up(button="right")

    assert len(strokes_on(page)) == 1


def test_ctrl_z_works_even_where_the_letters_are_switched_off(page: Page) -> None:
    Hand(page).draw(CAT[:1])
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("z")
    expect(page.get_by_role("img", name="Your drawing: 1 line")).to_be_visible()
    page.keyboard.press("Control+z")

    expect(page.get_by_role("img", name="Your drawing: nothing yet")).to_be_visible()


def test_clearing_takes_the_guess_away(page: Page) -> None:
    Hand(page).draw(CAT)
    expect(words(page)).to_have_text("I see a cat!")
    page.get_by_role("button", name="Clear the sheet").click()

    expect(words(page)).to_contain_text("Draw something")
    expect(page.locator(".bar:not([data-unknown])")).to_have_count(0)


def test_one_finger_draws_and_two_do_not(visit: Visit, version: ModelVersion) -> None:
    page = visit(has_touch=True, viewport=PHONE)
    fingers = Fingers(page)
    fingers.touch("touchStart", one=(10, 10))
    fingers.touch("touchMove", one=(60, 60))
    fingers.touch("touchEnd")
    before = ink(page)
    fingers.touch("touchStart", one=(200, 20))
    fingers.touch("touchMove", one=(160, 60))
    fingers.touch("touchStart", one=(160, 60), two=(60, 200))
    fingers.touch("touchMove", one=(100, 100), two=(200, 200))
    fingers.touch("touchEnd")

    assert len(strokes_on(page)) == 1
    assert ink(page) == before


def test_a_tap_with_two_fingers_undoes(visit: Visit, version: ModelVersion) -> None:
    page = visit(has_touch=True, viewport=PHONE)
    Hand(page).draw(CAT[:2])
    # Sent by the page itself, so that a busy machine does not make a long press of it.
    page.locator("canvas").evaluate(
        """canvas => {
            canvas.setPointerCapture = () => {}; // these pointers exist only here
            for (const [type, pointerId] of [["down", 7], ["down", 8], ["up", 8], ["up", 7]]) {
                const finger = { pointerId, pointerType: "touch", isPrimary: pointerId === 7 };
                canvas.dispatchEvent(new PointerEvent(`pointer${type}`, finger));
            }
        }"""
    )

    expect(page.get_by_role("img", name="Your drawing: 1 line")).to_be_visible()


def test_the_eraser_of_a_pen_erases_the_line_that_it_touches(page: Page) -> None:
    hand = Hand(page)
    hand.stroke([0, 255], [0, 0])
    hand.stroke([0, 255], [200, 200])
    x, y = hand.at(100, 0)
    page.locator("canvas").dispatch_event(
        "pointerdown", {"pointerType": "pen", "pointerId": 7, "button": 5, "buttons": 32, "clientX": x, "clientY": y}
    )

    expect(page.get_by_role("img", name="Your drawing: 1 line")).to_be_visible()
    page.keyboard.press("z")
    expect(page.get_by_role("img", name="Your drawing: 2 lines")).to_be_visible()


def test_undo_survives_a_reload(page: Page) -> None:
    Hand(page).draw(CAT[:2])
    page.reload()
    page.keyboard.press("Control+z")
    expect(page.get_by_role("img", name="Your drawing: 1 line")).to_be_visible()
    page.keyboard.press("Control+y")

    expect(page.get_by_role("img", name="Your drawing: 2 lines")).to_be_visible()


def test_a_pen_draws_and_the_palm_beside_it_does_not(visit: Visit, version: ModelVersion) -> None:
    page = visit(has_touch=True, viewport={"width": 820, "height": 1180})
    pen, palm = Stylus(page), Fingers(page)
    pen.send("mousePressed", 10, 10)
    pen.send("mouseMoved", 60, 60)
    palm.touch("touchStart", one=(200, 200))
    palm.touch("touchMove", one=(240, 240))
    pen.send("mouseMoved", 100, 100)
    pen.send("mouseReleased", 100, 100)
    palm.touch("touchEnd")

    (stroke,) = strokes_on(page)
    assert max(stroke["x"]) < 350  # of 600: only where the pen was


def test_drawing_with_a_finger_does_not_scroll(visit: Visit, version: ModelVersion) -> None:
    page = visit(has_touch=True, is_mobile=True, viewport={"width": 360, "height": 560})
    fingers = Fingers(page)
    fingers.touch("touchStart", one=(100, 250))
    for y in range(240, 0, -20):
        fingers.touch("touchMove", one=(100, y))
    fingers.touch("touchEnd")

    assert page.evaluate("scrollY") == 0
    assert len(strokes_on(page)) == 1


def test_colour_and_width_are_chosen_and_remembered(page: Page) -> None:
    page.get_by_role("radio", name="Red").check()
    page.get_by_role("radio", name="Thick line").check()
    Hand(page).draw(CAT[:1])
    page.reload()

    expect(page.get_by_role("radio", name="Red")).to_be_checked()
    assert [(stroke["colour"], stroke["width"]) for stroke in strokes_on(page)] == [("red", "thick")]


def test_a_reload_keeps_the_drawing_and_guesses_anew(page: Page) -> None:
    Hand(page).draw(CAT)
    page.reload()

    expect(words(page)).to_have_text("I see a cat!")
    assert ink(page) > 0
    assert len(strokes_on(page)) == len(CAT)


def test_guessing_sends_strokes_and_stores_nothing(page: Page) -> None:
    def asks_about_all(request: Request) -> bool:
        return "/guesses/" in request.url and len(json.loads(request.post_data or "")["drawings"][0]["strokes"]) == 6

    assert len(CAT) == 6
    with page.expect_request(asks_about_all):  # the cat may be guessed before its last stroke
        Hand(page).draw(CAT)
    expect(words(page)).to_have_text("I see a cat!")
    assert not Drawing.objects.exists()


def ink(page: Page) -> int:
    """Return how many pixels of the canvas are drawn on."""
    return page.evaluate(
        """() => {
            const canvas = document.querySelector("canvas");
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            return data.filter((value, index) => index % 4 === 3 && value > 0).length;
        }"""
    )
