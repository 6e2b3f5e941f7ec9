import assert from "node:assert/strict";
import { test } from "node:test";

import { keep, recall } from "../../static/js/play/saved_game.js";
import * as play from "../../static/js/play/game_state.js";

const FACTS = { game: "g", words: ["cat", "house"], drawn: [] };

function memory(contents = {}) {
  return { get: (name) => contents[name] ?? null, set: (name, value) => (contents[name] = value) };
}

test("a game goes on where it was left, with all that was drawn", () => {
  const storage = memory();
  const match = play.add(play.go(play.begin(FACTS.words, []), 1000, "key"), { x: [1], y: [2], t: [3] });
  keep(storage, "g", match);
  assert.deepEqual(recall(storage, FACTS), match);
});

test("another game starts anew", () => {
  const storage = memory();
  keep(storage, "g", play.go(play.begin(FACTS.words, []), 1000, "key"));
  assert.equal(recall(storage, { ...FACTS, game: "h" }).phase, "card");
});

test("what is no game of ours is not believed", () => {
  for (const kept of ["", "null", "{}", '{"words":["cat"],"strokes":[],"unsent":[]}']) {
    assert.equal(recall(memory({ "game g": kept }), FACTS).phase, "card");
  }
});
