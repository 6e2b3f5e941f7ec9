import assert from "node:assert/strict";
import { test } from "node:test";

import * as game from "../../static/js/play/game_state.js";

const WORDS = ["cat", "house", "star"];
const begin = (drawn = []) => game.newGame(WORDS, drawn);
const drawing = (state = begin()) => game.addStroke(game.startRound(state, 1000, "key"), "line");

test("a game begins with a card for the first word that is not drawn yet", () => {
  assert.equal(game.currentWord(begin()), "cat");
  assert.equal(game.currentWord(begin(["cat"])), "house");
  assert.equal(begin(WORDS).phase, "done");
});

test("the clock runs from the moment the card is taken", () => {
  const state = game.startRound(begin(), 1000);
  assert.equal(state.phase, "drawing");
  assert.equal(game.remainingTime(state, 6000, 20), 15_000);
  assert.equal(game.remainingTime(state, 60_000, 20), 0);
});

test("what was drawn when the round ends waits to be sent under its key", () => {
  const state = game.endRound(drawing(), false);
  assert.deepEqual(state.unsent, [{ word: "cat", strokes: ["line"], key: "key" }]);
  assert.deepEqual([state.phase, game.currentWord(state), state.strokes], ["card", "house", []]);
  assert.deepEqual(state.last, { word: "cat", won: false });
  assert.deepEqual(game.markSent(state, "key").unsent, []);
});

test("a blank sheet is not sent", () => {
  assert.deepEqual(game.endRound(game.clearStrokes(drawing()), false).unsent, []);
});

test("a round ends once, however often it is told to", () => {
  const once = game.endRound(drawing(), true);
  assert.equal(game.endRound(once, false), once);
});

test("only the word itself, recognized, wins, and only while it is drawn", () => {
  const wins = (state, label, recognized) => game.isWonBy(state, { label, recognized });
  assert.equal(wins(drawing(), "cat", true), true);
  assert.equal(wins(drawing(), "cat", false), false);
  assert.equal(wins(drawing(), "dog", true), false);
  assert.equal(wins(begin(), "cat", true), false);
});

test("after the last word the game is done", () => {
  let state = begin();
  for (const _ of WORDS) state = game.endRound(drawing(state), true);
  assert.equal(state.phase, "done");
  assert.equal(state.unsent.length, 3);
});

test("words drawn on another device are passed over", () => {
  const state = game.endRound(drawing(begin(["house"])), true);
  assert.equal(game.currentWord(state), "star");
});

test("a line can be taken back while the round lasts", () => {
  assert.deepEqual(game.undoStroke(drawing()).strokes, []);
  assert.deepEqual(game.addStroke(begin(), "line").strokes, []);
});
