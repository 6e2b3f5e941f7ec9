import assert from "node:assert/strict";
import { test } from "node:test";

import * as play from "../../static/js/play/game_state.js";

const WORDS = ["cat", "house", "star"];
const begun = (drawn = []) => play.begin(WORDS, drawn);
const drawing = (match = begun()) => play.add(play.go(match, 1000, "key"), "line");

test("a game begins with a card for the first word that is not drawn yet", () => {
  assert.equal(play.word(begun()), "cat");
  assert.equal(play.word(begun(["cat"])), "house");
  assert.equal(begun(WORDS).phase, "done");
});

test("the clock runs from the moment the card is taken", () => {
  const match = play.go(begun(), 1000);
  assert.equal(match.phase, "drawing");
  assert.equal(play.left(match, 6000, 20), 15_000);
  assert.equal(play.left(match, 60_000, 20), 0);
});

test("what was drawn when the round ends waits to be sent under its key", () => {
  const match = play.end(drawing(), false);
  assert.deepEqual(match.unsent, [{ word: "cat", strokes: ["line"], key: "key" }]);
  assert.deepEqual([match.phase, play.word(match), match.strokes], ["card", "house", []]);
  assert.deepEqual(match.last, { word: "cat", won: false });
  assert.deepEqual(play.sent(match, "key").unsent, []);
});

test("a blank sheet is not sent", () => {
  assert.deepEqual(play.end(play.clear(drawing()), false).unsent, []);
});

test("a round ends once, however often it is told to", () => {
  const once = play.end(drawing(), true);
  assert.equal(play.end(once, false), once);
});

test("only the word itself, recognized, wins, and only while it is drawn", () => {
  const wins = (match, label, recognized) => play.isWonBy(match, { label, recognized });
  assert.equal(wins(drawing(), "cat", true), true);
  assert.equal(wins(drawing(), "cat", false), false);
  assert.equal(wins(drawing(), "dog", true), false);
  assert.equal(wins(begun(), "cat", true), false);
});

test("after the last word the game is done", () => {
  let match = begun();
  for (const _ of WORDS) match = play.end(drawing(match), true);
  assert.equal(match.phase, "done");
  assert.equal(match.unsent.length, 3);
});

test("words drawn on another device are passed over", () => {
  const match = play.end(drawing(begun(["house"])), true);
  assert.equal(play.word(match), "star");
});

test("a line can be taken back while the round lasts", () => {
  assert.deepEqual(play.undo(drawing()).strokes, []);
  assert.deepEqual(play.add(begun(), "line").strokes, []);
});
