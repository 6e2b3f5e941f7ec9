import assert from "node:assert/strict";
import { test } from "node:test";

import { ActivePointer } from "../../static/js/draw/canvas/active_pointer.js";

const down = (pointerId, pointerType, more = {}) => ({
  pointerId, pointerType, isPrimary: true, button: 0, width: 20, height: 20, timeStamp: 0, ...more,
});

test("a second finger is ignored while the first draws", () => {
  const pointer = new ActivePointer();
  assert.equal(pointer.down(down(1, "touch")), "draw");
  assert.equal(pointer.down(down(2, "touch", { isPrimary: false })), "ignore");
  assert.equal(pointer.isActive({ pointerId: 2 }), false);
});

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
  pointer.notePen({ pointerType: "pen", timeStamp: 500 });
  assert.equal(pointer.down(down(2, "touch", { timeStamp: 1400 })), "ignore");
  assert.equal(pointer.down(down(3, "touch", { timeStamp: 1600 })), "draw");
});

test("a pen takes over from the palm that came down before it", () => {
  const pointer = new ActivePointer();
  pointer.down(down(1, "touch"));
  assert.equal(pointer.down(down(2, "pen")), "take over");
  assert.deepEqual([pointer.isActive({ pointerId: 1 }), pointer.isActive({ pointerId: 2 })], [false, true]);
});
