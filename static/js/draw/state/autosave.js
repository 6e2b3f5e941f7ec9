// Saves the sheet in the browser, so that it survives a reload.

import { parseJson } from "./storage.js";
import { blankSheet } from "./undo_history.js";

const SHEET = "doodle";

// storage: see storage.js. Saves {sheet, key}; see undo_history.js and idempotency_key.js.
export function save(storage, { sheet, key }) {
  storage.set(SHEET, JSON.stringify({ sheet, key }));
}

// Returns the saved {sheet, key}, or a blank sheet if nothing valid is saved.
export function load(storage) {
  const { sheet, key } = parseJson(storage.get(SHEET)) ?? {};
  return isSheet(sheet) && typeof key === "string" ? { sheet, key } : { sheet: blankSheet, key: null };
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
