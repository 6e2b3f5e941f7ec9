import assert from "node:assert/strict";
import { test } from "node:test";

import { allows, next, resting, start } from "../../static/js/draw/state/state_machine.js";

const drawing = { id: "1", prediction: { label: "cat" } };
const unpredicted = { id: "2", prediction: null };
const trouble = { task: "store", message: "offline", retryAt: null };

function after(...steps) {
  return steps.reduce((state, [name, details]) => next(state, name, details), start);
}

test("a stored drawing is asked about, judged and thanked for", () => {
  const answer = { correct: true };
  const state = after(["store"], ["stored", { drawing }], ["tell", { answer }], ["told"]);
  assert.deepEqual(state, { phase: "thanked", drawing, answer, trouble: null });
});

test("without a network in service it is asked at once what it is", () => {
  assert.equal(after(["store"], ["stored", { drawing: unpredicted }]).phase, "choosing");
});

test("a drawing that could not be stored stays on the sheet with the reason", () => {
  const state = after(["store"], ["failed", { trouble }]);
  assert.deepEqual([state.phase, state.trouble], ["drawing", trouble]);
});

test("an answer that could not be told is asked for where it was given, and kept for the retry", () => {
  const wrong = { correct: false, label: "dog" };
  const asked = [["store"], ["stored", { drawing }]];
  const yes = after(...asked, ["tell", { answer: { correct: true } }], ["failed", { trouble }]);
  const no = after(...asked, ["no"], ["tell", { answer: wrong }], ["failed", { trouble }]);
  assert.deepEqual([yes.phase, no.phase, no.answer], ["asked", "choosing", wrong]);
});

test("while the server is asked the page stays where it is", () => {
  assert.equal(resting(after(["store"])), "drawing");
  assert.equal(resting(after(["store"], ["stored", { drawing }], ["tell", { answer: { correct: true } }])), "asked");
});

test("drawing on clears what went wrong", () => {
  assert.equal(after(["store"], ["failed", { trouble }], ["changed"]).trouble, null);
});

test("drawing on does not mend the way to the server, clearing the sheet makes it unimportant", () => {
  const lost = after(["failed", { trouble: { ...trouble, task: "guess" } }]);
  assert.equal(next(lost, "changed", { blank: false }).trouble.task, "guess");
  assert.equal(next(lost, "changed", { blank: true }).trouble, null);
});

test("a guess that comes after all clears only the trouble with guessing", () => {
  const lost = { ...trouble, task: "guess" };
  assert.equal(after(["failed", { trouble: lost }], ["guessed"]).trouble, null);
  assert.equal(after(["failed", { trouble }], ["guessed"]).trouble, trouble);
});

test("steps out of place change nothing", () => {
  const storing = after(["store"]);
  assert.equal(next(storing, "store"), storing);
  assert.equal(next(storing, "another"), storing);
  assert.equal(next(start, "told"), start);
});

test("an answer can be changed", () => {
  const state = after(["store"], ["stored", { drawing }], ["tell", { answer: { correct: true } }], ["told"], ["change"]);
  assert.equal(state.phase, "asked");
  assert.equal(allows(state, "no"), true);
});

test("another drawing begins from the start", () => {
  assert.equal(after(["store"], ["stored", { drawing }], ["another"]), start);
});
