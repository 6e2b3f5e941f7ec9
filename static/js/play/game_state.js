// The state of a game. Pure functions return the next state. Times are in milliseconds since 1970.
//
// phase: card (shows the next word) → drawing → won (holds the drawing for a moment; a lost round skips this) → card … → done.
// past, future: the strokes to undo and redo to, see undo_history.js.
// outcomes: "won", "lost", "drawn" (stored before) or null for each word.
// unsent: finished drawings that are not known to be stored: {word, strokes, key, won}; won: see winRound.

import { CERTAIN } from "../draw/messages/messages.js";
import { newKey } from "../draw/state/idempotency_key.js";
import * as history from "../draw/state/undo_history.js";

const HOLD_MS = 1500; // for which a won drawing is shown
const EARLY_MS = 3000; // from the start of a round, in which only a confident guess wins

// drawn: the words whose drawings are stored already, for example from another device.
export function newGame(words, drawn) {
  const index = nextIndex(words, drawn, 0);
  const outcomes = words.map((word) => (drawn.includes(word) ? "drawn" : null));
  return { words, index, phase: phaseAt(words, index), drawn, ...emptyRound, outcomes, unsent: [], last: null };
}

const emptyRound = { strokes: [], past: [], future: [], startedAt: null, key: null };

export function currentWord({ words, index }) {
  return words[index];
}

export function wonCount({ outcomes }) {
  return outcomes.filter((outcome) => outcome === "won").length;
}

export function startRound(state, now, key = newKey()) {
  return state.phase === "card" ? { ...state, ...emptyRound, phase: "drawing", startedAt: now, key } : state;
}

export function addStroke(state, stroke) {
  return editSheet(state, (sheet) => history.push(sheet, [...sheet.present, stroke]));
}

export function clearStrokes(state) {
  return editSheet(state, (sheet) => (sheet.present.length ? history.push(sheet, []) : sheet));
}

export function undo(state) {
  return editSheet(state, history.undo);
}

export function redo(state) {
  return editSheet(state, history.redo);
}

function editSheet(state, edit) {
  if (state.phase !== "drawing") return state;
  const { past, present, future } = edit({ past: state.past, present: state.strokes, future: state.future });
  return { ...state, strokes: present, past, future };
}

// Ends a round that is skipped or out of time. A blank sheet is not stored.
export function loseRound(state) {
  return state.phase === "drawing" ? nextRound(endRound(state, "lost")) : state;
}

// Ends a round and holds its drawing. won: the winning guess as the API takes it, {strokes, model_version}.
export function winRound(state, won, now) {
  return state.phase === "drawing" ? { ...endRound(state, "won", { won }), phase: "won", wonAt: now } : state;
}

// Goes on to the next card once a won drawing was held long enough.
export function endHold(state, now) {
  return state.phase === "won" && now >= state.wonAt + HOLD_MS ? nextRound(state) : state;
}

// Removes a stored drawing from the unsent ones.
export function markSent(state, key) {
  return { ...state, unsent: state.unsent.filter((drawing) => drawing.key !== key) };
}

// Returns the milliseconds left of a round of `seconds`.
export function remainingTime({ startedAt }, now, seconds) {
  return Math.max(0, startedAt + seconds * 1000 - now);
}

export function isWonBy(state, guess, now) {
  if (state.phase !== "drawing" || !guess.recognized || guess.label !== currentWord(state)) return false;
  return guess.confidence >= CERTAIN || now >= state.startedAt + EARLY_MS;
}

function endRound(state, outcome, details) {
  const { words, index, strokes, key, unsent, outcomes } = state;
  const word = words[index];
  return {
    ...state,
    outcomes: outcomes.with(index, outcome),
    unsent: strokes.length ? [...unsent, { word, strokes, key, ...details }] : unsent,
    last: { word, won: outcome === "won" },
  };
}

function nextRound(state) {
  const index = nextIndex(state.words, state.drawn, state.index + 1);
  return { ...state, ...emptyRound, index, phase: phaseAt(state.words, index) };
}

function nextIndex(words, drawn, from) {
  const index = words.findIndex((word, i) => i >= from && !drawn.includes(word));
  return index < 0 ? words.length : index;
}

function phaseAt(words, index) {
  return index < words.length ? "card" : "done";
}
