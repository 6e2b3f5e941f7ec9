// Keeps a game over a reload: nothing that was drawn is lost.

import { parsed } from "../draw/state/storage.js";
import { begin } from "./game_state.js";

// storage: see draw/storage.js.
export function keep(storage, game, match) {
  storage.set(nameOf(game), JSON.stringify(match));
}

// Returns the match as it was left, or a new one where nothing of ours was kept.
export function recall(storage, { game, words, drawn }) {
  const kept = parsed(storage.get(nameOf(game)));
  const isOurs = Array.isArray(kept?.unsent) && Array.isArray(kept.strokes) && String(kept.words) === String(words);
  return isOurs ? kept : begin(words, drawn);
}

function nameOf(game) {
  return `game ${game}`;
}
