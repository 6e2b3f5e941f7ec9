// An undo history of sheets. A sheet is the content of a drawing: {strokes, picture}; it is never mutated.

export const blankSheet = Object.freeze({ strokes: Object.freeze([]), picture: null });

export function createHistory(sheet) {
  return { past: [], present: sheet, future: [] };
}

export function push({ past, present }, sheet) {
  return { past: [...past, present], present: sheet, future: [] };
}

export function undo(history) {
  if (!canUndo(history)) return history;
  const { past, present, future } = history;
  return { past: past.slice(0, -1), present: past.at(-1), future: [present, ...future] };
}

export function redo(history) {
  if (!canRedo(history)) return history;
  const { past, present, future } = history;
  return { past: [...past, present], present: future[0], future: future.slice(1) };
}

export function canUndo({ past }) {
  return past.length > 0;
}

export function canRedo({ future }) {
  return future.length > 0;
}

export function isBlank({ strokes, picture }) {
  return strokes.length === 0 && picture === null;
}
