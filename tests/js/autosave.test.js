import assert from "node:assert/strict";
import { test } from "node:test";

import { blankSheet } from "../../static/js/draw/state/undo_history.js";
import { initialState } from "../../static/js/draw/state/state_machine.js";
import { load, save } from "../../static/js/draw/state/autosave.js";
import { storage } from "../../static/js/draw/state/storage.js";

const stroke = { x: [1, 2], y: [3, 4], t: [5, 6], colour: "ink", width: "thin" };

function fakeStorage(content) {
  const items = new Map(content === undefined ? [] : [["doodle", content]]);
  return { get: (name) => items.get(name) ?? null, set: (name, value) => items.set(name, value) };
}

const other = { ...stroke, x: [7, 8] };
const sheetOf = (...strokes) => ({ strokes, picture: null });
const blank = { sheet: blankSheet, past: [], future: [], key: null, state: initialState };
const asked = { ...initialState, phase: "asked", drawing: { id: "1", prediction: { label: "cat", top: [] } } };

function saved(history, state = initialState) {
  const browser = fakeStorage();
  save(browser, { history: { past: [], future: [], ...history }, key: "k", state });
  return load(browser);
}

test("a sheet and its key come back with what can be undone and redone", () => {
  const history = { past: [blankSheet, sheetOf(other)], present: sheetOf(stroke), future: [sheetOf(stroke, other), blankSheet] };
  const { past, sheet, future, key } = saved(history);
  assert.deepEqual({ past, present: sheet, future, key }, { ...history, key: "k" });
});

test("a question comes back, also while its answer is on the way", () => {
  const submitting = { ...asked, phase: "submitting", feedback: { correct: true } };
  assert.deepEqual(saved({ present: sheetOf(stroke) }, asked).state, asked);
  assert.equal(saved({ present: sheetOf(stroke) }, submitting).state.phase, "asked");
});

test("a drawing on its way is drawn still", () => {
  assert.equal(saved({ present: sheetOf(stroke) }, { ...initialState, phase: "storing" }).state.phase, "drawing");
});

test("a finished drawing does not come back", () => {
  assert.deepEqual(saved({ present: sheetOf(stroke) }, { ...asked, phase: "thanked" }), blank);
});

test("what an older release saved is read", () => {
  const { sheet, past, key } = load(fakeStorage(JSON.stringify({ sheet: sheetOf(stroke), key: "k" })));
  assert.deepEqual([sheet, past, key], [sheetOf(stroke), [], "k"]);
});

for (const [what, content] of Object.entries({
  nothing: undefined,
  "no JSON": "{",
  null: "null",
  "another site's data": '{"sheet": 4}',
  "strokes of unequal lists": JSON.stringify({ sheet: { strokes: [{ ...stroke, y: [1] }], picture: null }, key: "k" }),
  "a stroke without points": JSON.stringify({ sheet: { strokes: [{ ...stroke, x: [], y: [], t: [] }], picture: null }, key: "k" }),
  "a history of strokes that are not there": JSON.stringify({ sheet: sheetOf(stroke), past: [{ strokes: [3], picture: null }], key: "k" }),
  "a question about nothing": JSON.stringify({ sheet: sheetOf(stroke), key: "k", state: { phase: "asked", drawing: null } }),
  "a picture from elsewhere": JSON.stringify({ sheet: { strokes: [], picture: "https://example.org/x.png" }, key: "k" }),
})) {
  test(`${what} is a blank sheet`, () => assert.deepEqual(load(fakeStorage(content)), blank));
}

test("where there is no storage nothing is kept and nothing breaks", () => {
  storage.set("name", "value");
  assert.equal(storage.get("name"), null);
});
