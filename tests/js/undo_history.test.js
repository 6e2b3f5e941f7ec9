import assert from "node:assert/strict";
import { test } from "node:test";

import * as history from "../../static/js/draw/state/undo_history.js";

const one = { strokes: ["one"], picture: null };
const two = { strokes: ["one", "two"], picture: null };
const drawn = history.push(history.push(history.createHistory(history.blankSheet), one), two);

test("undo steps back and redo forward again", () => {
  const back = history.undo(drawn);
  assert.equal(back.present, one);
  assert.equal(history.redo(back).present, two);
});

test("undo at the beginning and redo at the end change nothing", () => {
  const start = history.createHistory(history.blankSheet);
  assert.equal(history.undo(start), start);
  assert.equal(history.redo(drawn), drawn);
});

test("something new after undo forgets what could be redone", () => {
  const other = history.push(history.undo(drawn), { strokes: ["other"], picture: null });
  assert.equal(history.canRedo(other), false);
  assert.equal(history.undo(other).present, one);
});

test("pushing leaves earlier histories as they were", () => {
  history.push(drawn, history.blankSheet);
  assert.equal(drawn.present, two);
});

test("a sheet with a picture is not blank", () => {
  assert.equal(history.isBlank(history.blankSheet), true);
  assert.equal(history.isBlank({ strokes: [], picture: "data:image/png;base64,AA==" }), false);
});
