import assert from "node:assert/strict";
import { test } from "node:test";

import { loadGame, saveGame } from "../../static/js/play/saved_game.js";
import * as game from "../../static/js/play/game_state.js";

const FACTS = { game: "g", words: ["cat", "house"], drawn: [] };

function memory(contents = {}) {
  return { get: (name) => contents[name] ?? null, set: (name, value) => (contents[name] = value) };
}

test("a game goes on where it was left, with all that was drawn", () => {
  const storage = memory();
  const state = game.addStroke(game.startRound(game.newGame(FACTS.words, []), 1000, "key"), { x: [1], y: [2], t: [3] });
  saveGame(storage, "g", state);
  assert.deepEqual(loadGame(storage, FACTS), state);
});

test("a game that an earlier release saved goes on", () => {
  const saved = { words: FACTS.words, index: 1, phase: "card", drawn: [], strokes: [], startedAt: null, key: null, unsent: [], last: null };
  const state = loadGame(memory({ "game g": JSON.stringify(saved) }), FACTS);
  assert.deepEqual([state.index, state.outcomes, game.startRound(state, 1000, "key").phase], [1, [null, null], "drawing"]);
});

test("another game starts over", () => {
  const storage = memory();
  saveGame(storage, "g", game.startRound(game.newGame(FACTS.words, []), 1000, "key"));
  assert.equal(loadGame(storage, { ...FACTS, game: "h" }).phase, "card");
});

test("what is no game of ours is not believed", () => {
  for (const saved of ["", "null", "{}", '{"words":["cat"],"strokes":[],"unsent":[]}']) {
    assert.equal(loadGame(memory({ "game g": saved }), FACTS).phase, "card");
  }
});
