// Keeps the sheet over a reload.

import { blank } from "./undo_history.js";
import { parsed } from "./storage.js";

const SHEET = "doodle";

// storage: see storage.js. What is kept: {sheet, key}, see history.js and key.js.
export function save(storage, { sheet, key }) {
  storage.set(SHEET, JSON.stringify({ sheet, key }));
}

// Returns what was kept, or a blank sheet where that is nothing of ours.
export function load(storage) {
  const { sheet, key } = parsed(storage.get(SHEET)) ?? {};
  return isSheet(sheet) && typeof key === "string" ? { sheet, key } : { sheet: blank, key: null };
}

function isSheet(sheet) {
  if (!Array.isArray(sheet?.strokes)) return false;
  return sheet.strokes.every(isStroke) && (sheet.picture === null || /^data:image\//.test(sheet.picture));
}

function isStroke(stroke) {
  const { x, y, t, colour, width } = stroke ?? {};
  return (
    [x, y, t].every((axis) => Array.isArray(axis) && axis.length === x.length && axis.every(Number.isFinite)) &&
    x.length > 0 &&
    [colour, width].every((name) => typeof name === "string")
  );
}
