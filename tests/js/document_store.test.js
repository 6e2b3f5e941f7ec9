import assert from "node:assert/strict";
import { test } from "node:test";

import { Desk } from "../../static/js/draw/state/document_store.js";
import { blank } from "../../static/js/draw/state/undo_history.js";

const fresh = () => new Desk({ sheet: blank, key: null });
const stored = { drawing: { id: "1", prediction: { label: "cat" } } };

function keysOf(desk, ...changes) {
  return changes.map((change) => (change(), desk.key));
}

test("strokes add up and clearing can be undone", () => {
  const desk = fresh();
  desk.addStroke("one");
  desk.addStroke("two");
  desk.clear();
  assert.equal(desk.isBlank, true);
  desk.undo();
  assert.deepEqual(desk.sheet.strokes, ["one", "two"]);
});

test("a picture takes the place of strokes, and undo brings them back", () => {
  const desk = fresh();
  desk.addStroke("one");
  desk.setPicture("data:image/png;base64,AA==");
  assert.deepEqual(desk.sheet.strokes, []);
  desk.undo();
  assert.deepEqual(desk.sheet, { strokes: ["one"], picture: null });
});

test("every change of the drawing gets a key of its own", () => {
  const desk = fresh();
  const keys = keysOf(desk, () => desk.addStroke("one"), () => desk.clear(), () => desk.undo(), () => desk.redo());
  assert.equal(new Set(keys).size, 4);
});

test("storing, failing and storing again keep the key", () => {
  const desk = fresh();
  desk.addStroke("one");
  const keys = keysOf(desk, () => desk.step("store"), () => desk.step("failed", { trouble: {} }), () => desk.step("store"));
  assert.equal(new Set(keys).size, 1);
});

test("a reloaded drawing keeps the key it had", () => {
  assert.equal(new Desk({ sheet: { strokes: ["one"], picture: null }, key: "k" }).key, "k");
});

test("a drawing on its way or stored cannot be changed", () => {
  const desk = fresh();
  desk.addStroke("one");
  desk.step("store");
  desk.addStroke("two");
  desk.undo();
  desk.step("stored", stored);
  desk.clear();
  assert.deepEqual(desk.sheet.strokes, ["one"]);
});

test("another drawing starts with nothing, not even something to undo", () => {
  const desk = fresh();
  desk.addStroke("one");
  desk.step("store");
  desk.step("stored", stored);
  desk.another();
  assert.deepEqual([desk.isBlank, desk.canUndo, desk.isOpen], [true, false, true]);
});

test("listeners hear whether the sheet is another one", () => {
  const desk = fresh();
  const heard = [];
  desk.listen(({ sheet }) => heard.push(sheet));
  desk.addStroke("one");
  desk.step("store");
  desk.step("store");
  assert.deepEqual(heard, [true, false]);
});
