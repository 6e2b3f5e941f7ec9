import assert from "node:assert/strict";
import { test } from "node:test";

import { ActivePointer } from "../../static/js/draw/canvas/active_pointer.js";

const down = (pointerId, pointerType, more = {}) => ({
  pointerId, pointerType, isPrimary: true, button: 0, width: 20, height: 20, timeStamp: 0, clientX: 10, clientY: 10, ...more,
});

const second = (more = {}) => down(2, "touch", { isPrimary: false, timeStamp: 50, ...more });
const up = (pointerId, timeStamp, more = {}) => ({ type: "pointerup", pointerId, pointerType: "touch", timeStamp, ...more });

test("a second finger stops the first, and neither draws", () => {
  const pointer = new ActivePointer();
  assert.equal(pointer.down(down(1, "touch")), "draw");
  assert.equal(pointer.down(second()), "stop");
  assert.deepEqual([pointer.isActive({ pointerId: 1 }), pointer.isActive({ pointerId: 2 })], [false, false]);
});

test("two fingers that touch shortly and stay where they are tap once", () => {
  const pointer = new ActivePointer();
  pointer.down(down(1, "touch"));
  pointer.down(second());
  pointer.move({ pointerId: 1, pointerType: "touch", clientX: 15, clientY: 10, timeStamp: 60 });
  assert.deepEqual([pointer.endsTap(up(2, 100)), pointer.endsTap(up(1, 110))], [true, false]);
});

for (const [what, prepare, end] of [
  ["one finger", () => {}, up(1, 100)],
  ["fingers that stay long", (pointer) => pointer.down(second()), up(1, 900)],
  ["a touch that the browser took for a pinch", (pointer) => pointer.down(second()), up(1, 100, { type: "pointercancel" })],
  ["three fingers", (pointer) => (pointer.down(second()), pointer.down(down(3, "touch", { isPrimary: false }))), up(1, 100)],
  [
    "a finger that drew before the second came",
    (pointer) => (pointer.move({ pointerId: 1, pointerType: "touch", clientX: 90, clientY: 10, timeStamp: 20 }), pointer.down(second())),
    up(1, 100),
  ],
]) {
  test(`${what} is no tap with two`, () => {
    const pointer = new ActivePointer();
    pointer.down(down(1, "touch"));
    prepare(pointer);
    assert.equal(pointer.endsTap(end), false);
  });
}

test("a second finger that stays is no first one when the first is lifted", () => {
  const pointer = new ActivePointer();
  pointer.down(down(1, "touch"));
  pointer.up();
  assert.equal(pointer.down(down(2, "touch", { isPrimary: false })), "ignore");
});

test("only the main button draws", () => {
  assert.equal(new ActivePointer().down(down(1, "mouse", { button: 2 })), "ignore");
});

test("a palm is too large to draw", () => {
  assert.equal(new ActivePointer().down(down(1, "touch", { width: 80 })), "ignore");
});

test("the hand that holds a pen does not draw", () => {
  const pointer = new ActivePointer();
  pointer.down(down(1, "pen"));
  pointer.up();
  pointer.move({ pointerType: "pen", timeStamp: 500 });
  assert.equal(pointer.down(down(2, "touch", { timeStamp: 1400 })), "ignore");
  assert.equal(pointer.down(down(3, "touch", { timeStamp: 1600 })), "draw");
});

test("a pen takes over from the palm that came down before it", () => {
  const pointer = new ActivePointer();
  pointer.down(down(1, "touch"));
  assert.equal(pointer.down(down(2, "pen")), "take over");
  assert.deepEqual([pointer.isActive({ pointerId: 1 }), pointer.isActive({ pointerId: 2 })], [false, true]);
});
