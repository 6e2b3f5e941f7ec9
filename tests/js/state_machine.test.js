import assert from "node:assert/strict";
import { test } from "node:test";

import { accepts, initialState, transition, visiblePhase } from "../../static/js/draw/state/state_machine.js";

const drawing = { id: "1", prediction: { label: "cat" } };
const unpredicted = { id: "2", prediction: null };
const error = { task: "store", message: "offline", retryAt: null };

function after(...events) {
  return events.reduce((state, [event, details]) => transition(state, event, details), initialState);
}

test("a stored drawing is asked about, judged and thanked for", () => {
  const feedback = { correct: true };
  const state = after(["store"], ["stored", { drawing }], ["submit", { feedback }], ["submitted"]);
  assert.deepEqual(state, { phase: "thanked", drawing, feedback, error: null });
});

test("without a network in service it is asked at once what it is", () => {
  assert.equal(after(["store"], ["stored", { drawing: unpredicted }]).phase, "choosing");
});

test("a drawing that could not be stored stays on the sheet with the reason", () => {
  const state = after(["store"], ["failed", { error }]);
  assert.deepEqual([state.phase, state.error], ["drawing", error]);
});

test("failed feedback returns to its question and is kept for the retry", () => {
  const wrong = { correct: false, label: "dog" };
  const asked = [["store"], ["stored", { drawing }]];
  const yes = after(...asked, ["submit", { feedback: { correct: true } }], ["failed", { error }]);
  const no = after(...asked, ["reject"], ["submit", { feedback: wrong }], ["failed", { error }]);
  assert.deepEqual([yes.phase, no.phase, no.feedback], ["asked", "choosing", wrong]);
});

test("while the server is asked the page stays where it is", () => {
  assert.equal(visiblePhase(after(["store"])), "drawing");
  assert.equal(visiblePhase(after(["store"], ["stored", { drawing }], ["submit", { feedback: { correct: true } }])), "asked");
});

test("drawing on clears the error", () => {
  assert.equal(after(["store"], ["failed", { error }], ["edited"]).error, null);
});

test("drawing on keeps the error of a guess, clearing the sheet removes it", () => {
  const lost = after(["failed", { error: { ...error, task: "guess" } }]);
  assert.equal(transition(lost, "edited", { blank: false }).error.task, "guess");
  assert.equal(transition(lost, "edited", { blank: true }).error, null);
});

test("a guess that arrives later clears only the error of a guess", () => {
  const lost = { ...error, task: "guess" };
  assert.equal(after(["failed", { error: lost }], ["guessReceived"]).error, null);
  assert.equal(after(["failed", { error }], ["guessReceived"]).error, error);
});

test("events that the phase does not accept change nothing", () => {
  const storing = after(["store"]);
  assert.equal(transition(storing, "store"), storing);
  assert.equal(transition(storing, "restart"), storing);
  assert.equal(transition(initialState, "submitted"), initialState);
});

test("feedback can be revised", () => {
  const state = after(["store"], ["stored", { drawing }], ["submit", { feedback: { correct: true } }], ["submitted"], ["revise"]);
  assert.equal(state.phase, "asked");
  assert.equal(accepts(state, "reject"), true);
});

test("another drawing begins in the initial state", () => {
  assert.equal(after(["store"], ["stored", { drawing }], ["restart"]), initialState);
});
