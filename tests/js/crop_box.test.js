import assert from "node:assert/strict";
import { test } from "node:test";

import { gripAt, moved, pressed, resized, toPixels } from "../../static/js/crop/crop_box.js";

const box = { left: 0.25, top: 0.25, width: 0.5, height: 0.5 };
const least = { width: 0.125, height: 0.25 };
const reach = { x: 0.05, y: 0.05 };
const key = (name, shiftKey = false) => ({ key: name, shiftKey });

test("a box stays within the picture", () => {
  assert.deepEqual(moved(box, 0.125, -0.125), { ...box, left: 0.375, top: 0.125 });
  assert.deepEqual(moved(box, 9, -9), { ...box, left: 0.5, top: 0 });
});

test("the opposite corner stays where it is", () => {
  assert.deepEqual(resized(box, [-1, -1], -0.125, 0.125, least), { left: 0.125, top: 0.375, width: 0.625, height: 0.375 });
  assert.deepEqual(resized(box, [1, 1], -0.125, 0.125, least), { left: 0.25, top: 0.25, width: 0.375, height: 0.625 });
});

test("a box grows to the picture's edge and shrinks to the least", () => {
  assert.deepEqual(resized(box, [1, 1], 9, -9, least), { left: 0.25, top: 0.25, width: 0.75, height: 0.25 });
  assert.deepEqual(resized(box, [-1, -1], 9, -9, least), { left: 0.625, top: 0, width: 0.125, height: 0.75 });
});

test("a picture as small as the least box is taken whole", () => {
  const whole = { left: 0, top: 0, width: 1, height: 1 };
  assert.deepEqual(resized({ ...whole, width: 0.8 }, [1, 1], 0.01, 0, { width: 1, height: 1 }), whole);
});

test("arrow keys move a box, and with Shift its lower right corner", () => {
  assert.ok(pressed(box, key("ArrowLeft"), least).left < box.left);
  assert.ok(pressed(box, key("ArrowDown"), least).top > box.top);
  assert.ok(pressed(box, key("ArrowUp", true), least).height < box.height);
  assert.equal(pressed(box, key("ArrowUp", true), least).top, box.top);
  assert.equal(pressed(box, key("x"), least), null);
});

test("a pointer takes the corner that it is close to, otherwise the box", () => {
  assert.deepEqual(gripAt(box, { x: 0.22, y: 0.73 }, reach), [-1, 1]);
  assert.deepEqual(gripAt(box, { x: 0.5, y: 0.5 }, reach), [0, 0]);
  assert.deepEqual(gripAt(box, { x: 0.26, y: 0.5 }, reach), [0, 0]);
  assert.equal(gripAt(box, { x: 0.1, y: 0.5 }, reach), null);
});

test("a part has whole pixels within the picture", () => {
  assert.deepEqual(toPixels(box, { width: 10, height: 7 }), { left: 2, top: 1, width: 5, height: 4 });
  assert.deepEqual(toPixels({ left: 0.99, top: 0, width: 0.01, height: 1 }, { width: 30, height: 30 }), { left: 29, top: 0, width: 1, height: 30 });
});
