import assert from "node:assert/strict";
import { test } from "node:test";

import * as game from "../../static/js/play/game_state.js";

const WORDS = ["cat", "house", "star"];
const begin = (drawn = []) => game.newGame(WORDS, drawn);
const WON = { strokes: [[[1], [2], [0]]], model_version: 3 };
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
  const state = game.loseRound(drawing());
  assert.deepEqual(state.unsent, [{ word: "cat", strokes: ["line"], key: "key" }]);
  assert.deepEqual([state.phase, game.currentWord(state), state.strokes], ["card", "house", []]);
  assert.deepEqual([state.last, state.outcomes], [{ word: "cat", won: false }, ["lost", null, null]]);
  assert.deepEqual(game.markSent(state, "key").unsent, []);
});

test("a blank sheet is not sent", () => {
  assert.deepEqual(game.loseRound(game.clearStrokes(drawing())).unsent, []);
});

test("a round ends once, however often it is told to", () => {
  const once = game.winRound(drawing(), WON, 5000);
  assert.equal(game.winRound(once, WON, 6000), once);
  assert.equal(game.loseRound(once), once);
});

test("only the word itself, recognized, wins, and only while it is drawn", () => {
  const wins = (state, label, recognized) => game.isWonBy(state, { label, recognized, confidence: 0.9 }, 5000);
  assert.equal(wins(drawing(), "cat", true), true);
  assert.equal(wins(drawing(), "cat", false), false);
  assert.equal(wins(drawing(), "dog", true), false);
  assert.equal(wins(begin(), "cat", true), false);
  assert.equal(wins(game.winRound(drawing(), WON, 5000), "cat", true), false);
});

test("in the first three seconds only a confident guess wins", () => {
  const wins = (confidence, now) => game.isWonBy(drawing(), { label: "cat", recognized: true, confidence }, now);
  assert.equal(wins(0.79, 3999), false);
  assert.equal(wins(0.8, 1001), true);
  assert.equal(wins(0.3, 4000), true);
});

test("a won drawing is sent at once with the guess that won, and held for a moment", () => {
  const won = game.winRound(drawing(), WON, 5000);
  assert.deepEqual(won.unsent, [{ word: "cat", strokes: ["line"], key: "key", won: WON }]);
  assert.deepEqual([won.phase, game.currentWord(won), won.strokes, game.wonCount(won)], ["won", "cat", ["line"], 1]);
  assert.equal(game.endHold(won, 6499), won);
  const next = game.endHold(won, 6500);
  assert.deepEqual([next.phase, game.currentWord(next), next.strokes], ["card", "house", []]);
  assert.deepEqual([next.last, next.outcomes], [{ word: "cat", won: true }, ["won", null, null]]);
});

test("a held drawing cannot be changed", () => {
  const won = game.winRound(drawing(), WON, 5000);
  for (const change of [game.undo, game.redo, game.clearStrokes]) assert.equal(change(won), won);
  assert.equal(game.addStroke(won, "line"), won);
  assert.equal(game.startRound(won, 5100), won);
});

test("after the last word the game is done", () => {
  let state = begin();
  for (const _ of WORDS) state = game.loseRound(drawing(state));
  assert.equal(state.phase, "done");
  assert.equal(state.unsent.length, 3);
});

test("words drawn on another device are passed over", () => {
  const state = game.loseRound(drawing(begin(["house"])));
  assert.equal(game.currentWord(state), "star");
  assert.deepEqual(state.outcomes, ["lost", "drawn", null]);
});

test("a line can be taken back and put back while the round lasts", () => {
  assert.deepEqual(game.undo(drawing()).strokes, []);
  assert.deepEqual(game.redo(game.undo(drawing())).strokes, ["line"]);
  assert.deepEqual(game.undo(game.clearStrokes(drawing())).strokes, ["line"]);
  assert.deepEqual(game.addStroke(begin(), "line").strokes, []);
});
