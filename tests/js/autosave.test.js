import assert from "node:assert/strict";
import { test } from "node:test";

import { blankSheet } from "../../static/js/draw/state/undo_history.js";
import { load, save } from "../../static/js/draw/state/autosave.js";
import { storage } from "../../static/js/draw/state/storage.js";

const stroke = { x: [1, 2], y: [3, 4], t: [5, 6], colour: "ink", width: "thin" };

function fakeStorage(content) {
  const items = new Map(content === undefined ? [] : [["doodle", content]]);
  return { get: (name) => items.get(name) ?? null, set: (name, value) => items.set(name, value) };
}

test("a sheet and its key come back", () => {
  const browser = fakeStorage();
  save(browser, { sheet: { strokes: [stroke], picture: null }, key: "k" });
  assert.deepEqual(load(browser), { sheet: { strokes: [stroke], picture: null }, key: "k" });
});

for (const [what, content] of Object.entries({
  nothing: undefined,
  "no JSON": "{",
  null: "null",
  "another site's data": '{"sheet": 4}',
  "strokes of unequal lists": JSON.stringify({ sheet: { strokes: [{ ...stroke, y: [1] }], picture: null }, key: "k" }),
  "a stroke without points": JSON.stringify({ sheet: { strokes: [{ ...stroke, x: [], y: [], t: [] }], picture: null }, key: "k" }),
  "a picture from elsewhere": JSON.stringify({ sheet: { strokes: [], picture: "https://example.org/x.png" }, key: "k" }),
})) {
  test(`${what} is a blank sheet`, () => assert.deepEqual(load(fakeStorage(content)), { sheet: blankSheet, key: null }));
}

test("where there is no storage nothing is kept and nothing breaks", () => {
  storage.set("name", "value");
  assert.equal(storage.get("name"), null);
});
