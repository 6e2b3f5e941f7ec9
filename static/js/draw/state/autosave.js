// Saves the sheet in the browser with its undo history and its question, so that they survive a reload.

import { initialState, visiblePhase } from "./state_machine.js";
import { parseJson } from "./storage.js";
import { blankSheet } from "./undo_history.js";

const SHEET = "doodle";
const MAX_STEPS = 50; // of undo and of redo that are saved

const blank = { sheet: blankSheet, past: [], future: [], key: null, state: initialState };

// storage: see storage.js. store: a DocumentStore. A finished drawing is not saved: the next visit begins a new one.
export function save(storage, { history, key, state }) {
  storage.set(SHEET, JSON.stringify(state.phase === "thanked" ? blank : pack(history, key, state)));
}

// Returns the saved {sheet, past, future, key, state}, or a blank sheet if nothing valid is saved.
export function load(storage) {
  try {
    return unpack(parseJson(storage.get(SHEET)));
  } catch {
    return blank;
  }
}

// Saves each stroke once: a step of the history names its strokes by their place in [...sheet.strokes, ...erased].
function pack({ past, present, future }, key, state) {
  const steps = [past.slice(-MAX_STEPS), future.slice(0, MAX_STEPS)];
  const strokes = [...new Set([present, ...steps.flat()].flatMap((sheet) => sheet.strokes))];
  const places = new Map(strokes.map((stroke, place) => [stroke, place]));
  const [packedPast, packedFuture] = steps.map((sheets) =>
    sheets.map((sheet) => ({ ...sheet, strokes: sheet.strokes.map((stroke) => places.get(stroke)) })),
  );
  const erased = strokes.slice(present.strokes.length);
  return { sheet: present, erased, past: packedPast, future: packedFuture, key, state: { ...state, phase: visiblePhase(state), error: null } };
}

// Throws an error if anything is invalid.
function unpack({ sheet, erased = [], past = [], future = [], key, state = initialState }) {
  const strokes = [...sheet.strokes, ...erased];
  const restore = (step) => ({ picture: step.picture, strokes: step.strokes.map((place) => strokes[place]) });
  const saved = { sheet, past: past.map(restore), future: future.map(restore), key, state };
  if (![sheet, ...saved.past, ...saved.future].every(isSheet) || typeof key !== "string" || !isState(state)) throw new Error("damaged");
  return saved;
}

function isState({ phase, drawing }) {
  if (phase === "drawing") return drawing === null;
  if (!["asked", "choosing"].includes(phase) || typeof drawing.id !== "string") return false;
  return drawing.prediction === null ? phase === "choosing" : Array.isArray(drawing.prediction.top);
}

function isSheet({ strokes, picture }) {
  return strokes.every(isStroke) && (picture === null || /^data:image\//.test(picture));
}

function isStroke(stroke) {
  const { x, y, t, colour, width } = stroke ?? {};
  return (
    [x, y, t].every((axis) => Array.isArray(axis) && axis.length === x.length && axis.every(Number.isFinite)) &&
    x.length > 0 &&
    [colour, width].every((name) => typeof name === "string")
  );
}
