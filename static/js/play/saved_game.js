// Saves a game in the browser, so that a reload loses no drawing.

import { parseJson } from "../draw/state/storage.js";
import { newGame } from "./game_state.js";

// storage: see draw/state/storage.js. game: the game's id. state: see game_state.js.
export function saveGame(storage, game, state) {
  storage.set(storageName(game), JSON.stringify({ ...state, past: undefined, future: undefined }));
}

// Returns the saved state, or a new game if nothing valid is saved.
export function loadGame(storage, { game, words, drawn }) {
  const saved = parseJson(storage.get(storageName(game)));
  const isValid = Array.isArray(saved?.unsent) && Array.isArray(saved.strokes) && String(saved.words) === String(words);
  if (!isValid) return newGame(words, drawn);
  const past = saved.strokes.map((_, count) => saved.strokes.slice(0, count)); // each stroke can be undone
  return { ...newGame(words, drawn), ...saved, past, future: [] };
}

function storageName(game) {
  return `game ${game}`;
}
