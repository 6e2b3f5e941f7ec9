// Where a game is: a pure function of what happens.
//
// phase: card (the next word is shown) → drawing → card … → done.
// unsent: what was drawn and is not known to be stored: {word, strokes, key}.

import { newKey } from "../draw/state/idempotency_key.js";

// drawn: the words that are stored already, as after a reload on another device.
export function begin(words, drawn) {
  return { words, index: next(words, drawn, 0), phase: phaseOf(words, next(words, drawn, 0)), drawn, ...blank, unsent: [], last: null };
}

const blank = { strokes: [], startedAt: null, key: null };

export function word({ words, index }) {
  return words[index];
}

export function go(match, now, key = newKey()) {
  return match.phase === "card" ? { ...match, ...blank, phase: "drawing", startedAt: now, key } : match;
}

export function add(match, stroke) {
  return match.phase === "drawing" ? { ...match, strokes: [...match.strokes, stroke] } : match;
}

export function undo(match) {
  return match.phase === "drawing" ? { ...match, strokes: match.strokes.slice(0, -1) } : match;
}

export function clear(match) {
  return match.phase === "drawing" ? { ...match, strokes: [] } : match;
}

// The round is over: won, or time is up, or given up. A blank sheet is not worth storing.
export function end(match, won) {
  if (match.phase !== "drawing") return match;
  const { words, index, strokes, key, unsent } = match;
  const drawing = { word: words[index], strokes, key };
  const following = next(words, match.drawn, index + 1);
  return {
    ...match,
    ...blank,
    index: following,
    phase: phaseOf(words, following),
    unsent: strokes.length ? [...unsent, drawing] : unsent,
    last: { word: words[index], won },
  };
}

export function sent(match, key) {
  return { ...match, unsent: match.unsent.filter((drawing) => drawing.key !== key) };
}

// Returns the milliseconds that are left of a round.
export function left({ startedAt }, now, seconds) {
  return Math.max(0, startedAt + seconds * 1000 - now);
}

export function isWonBy(match, guess) {
  return match.phase === "drawing" && guess.recognized && guess.label === word(match);
}

function next(words, drawn, from) {
  const index = words.findIndex((each, i) => i >= from && !drawn.includes(each));
  return index < 0 ? words.length : index;
}

function phaseOf(words, index) {
  return index < words.length ? "card" : "done";
}
