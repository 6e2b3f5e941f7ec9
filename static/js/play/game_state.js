// The state of a game. Pure functions return the next state.
//
// phase: card (shows the next word) → drawing → card … → done.
// unsent: finished drawings that are not known to be stored: {word, strokes, key}.

import { newKey } from "../draw/state/idempotency_key.js";

// drawn: the words whose drawings are stored already, for example from another device.
export function newGame(words, drawn) {
  const index = nextIndex(words, drawn, 0);
  return { words, index, phase: phaseAt(words, index), drawn, ...emptyRound, unsent: [], last: null };
}

const emptyRound = { strokes: [], startedAt: null, key: null };

export function currentWord({ words, index }) {
  return words[index];
}

// now: in milliseconds since 1970.
export function startRound(state, now, key = newKey()) {
  return state.phase === "card" ? { ...state, ...emptyRound, phase: "drawing", startedAt: now, key } : state;
}

export function addStroke(state, stroke) {
  return state.phase === "drawing" ? { ...state, strokes: [...state.strokes, stroke] } : state;
}

export function undoStroke(state) {
  return state.phase === "drawing" ? { ...state, strokes: state.strokes.slice(0, -1) } : state;
}

export function clearStrokes(state) {
  return state.phase === "drawing" ? { ...state, strokes: [] } : state;
}

// Ends the round when it is won, skipped or out of time. A blank sheet is not stored.
export function endRound(state, won) {
  if (state.phase !== "drawing") return state;
  const { words, index, strokes, key, unsent } = state;
  const drawing = { word: words[index], strokes, key };
  const following = nextIndex(words, state.drawn, index + 1);
  return {
    ...state,
    ...emptyRound,
    index: following,
    phase: phaseAt(words, following),
    unsent: strokes.length ? [...unsent, drawing] : unsent,
    last: { word: words[index], won },
  };
}

// Removes a stored drawing from the unsent ones.
export function markSent(state, key) {
  return { ...state, unsent: state.unsent.filter((drawing) => drawing.key !== key) };
}

// Returns the milliseconds left of a round of `seconds`.
export function remainingTime({ startedAt }, now, seconds) {
  return Math.max(0, startedAt + seconds * 1000 - now);
}

export function isWonBy(state, guess) {
  return state.phase === "drawing" && guess.recognized && guess.label === currentWord(state);
}

function nextIndex(words, drawn, from) {
  const index = words.findIndex((word, i) => i >= from && !drawn.includes(word));
  return index < 0 ? words.length : index;
}

function phaseAt(words, index) {
  return index < words.length ? "card" : "done";
}
