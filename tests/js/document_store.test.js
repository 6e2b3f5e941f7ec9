import assert from "node:assert/strict";
import { test } from "node:test";

import { DocumentStore } from "../../static/js/draw/state/document_store.js";
import { blankSheet } from "../../static/js/draw/state/undo_history.js";

const fresh = () => new DocumentStore({ sheet: blankSheet, key: null });
const stored = { drawing: { id: "1", prediction: { label: "cat" } } };

function keysOf(store, ...changes) {
  return changes.map((change) => (change(), store.key));
}

test("strokes add up and clearing can be undone", () => {
  const store = fresh();
  store.addStroke("one");
  store.addStroke("two");
  store.clear();
  assert.equal(store.isBlank, true);
  store.undo();
  assert.deepEqual(store.sheet.strokes, ["one", "two"]);
});

test("a picture takes the place of strokes, and undo brings them back", () => {
  const store = fresh();
  store.addStroke("one");
  store.setPicture("data:image/png;base64,AA==");
  assert.deepEqual(store.sheet.strokes, []);
  store.undo();
  assert.deepEqual(store.sheet, { strokes: ["one"], picture: null });
});

test("the eraser takes away the strokes that it touches, and undo brings them back", () => {
  const line = (y) => ({ colour: "ink", width: "thin", x: [0, 100], y: [y, y], t: [0, 1] });
  const store = fresh();
  store.addStroke(line(0));
  store.addStroke(line(50));
  store.erase({ x: 40, y: 5 });
  assert.deepEqual(store.sheet.strokes, [line(50)]);
  store.erase({ x: 40, y: 5 });
  store.undo();
  assert.deepEqual(store.sheet.strokes, [line(0), line(50)]);
});

test("every change of the drawing gets a key of its own", () => {
  const store = fresh();
  const keys = keysOf(store, () => store.addStroke("one"), () => store.clear(), () => store.undo(), () => store.redo());
  assert.equal(new Set(keys).size, 4);
});

test("storing, failing and storing again keep the key", () => {
  const store = fresh();
  store.addStroke("one");
  const keys = keysOf(store, () => store.dispatch("store"), () => store.dispatch("failed", { error: {} }), () => store.dispatch("store"));
  assert.equal(new Set(keys).size, 1);
});

test("a reloaded drawing keeps the key it had", () => {
  assert.equal(new DocumentStore({ sheet: { strokes: ["one"], picture: null }, key: "k" }).key, "k");
});

test("a drawing on its way or stored cannot be changed", () => {
  const store = fresh();
  store.addStroke("one");
  store.dispatch("store");
  store.addStroke("two");
  store.undo();
  store.dispatch("stored", stored);
  store.clear();
  assert.deepEqual(store.sheet.strokes, ["one"]);
});

test("another drawing starts with nothing, not even something to undo", () => {
  const store = fresh();
  store.addStroke("one");
  store.dispatch("store");
  store.dispatch("stored", stored);
  store.restart();
  assert.deepEqual([store.isBlank, store.canUndo, store.isEditable], [true, false, true]);
});

test("listeners are told whether the sheet changed", () => {
  const store = fresh();
  const notified = [];
  store.subscribe(({ sheetChanged }) => notified.push(sheetChanged));
  store.addStroke("one");
  store.dispatch("store");
  store.dispatch("store");
  assert.deepEqual(notified, [true, false]);
});
