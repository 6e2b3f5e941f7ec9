// A key press → the command it means, or null. Letters may be switched off (WCAG 2.1.4), Ctrl+Z and its like stay.

const LETTERS = { z: "undo", c: "clear", p: "choose", y: "yes", n: "no", d: "another", "?": "help" };

// event: a KeyboardEvent. place: "text" in a text field, "control" on a button or link, else "page".
export function commandOf(event, place, letters = true) {
  if (event.altKey || event.defaultPrevented || place === "text") return null;
  if (event.ctrlKey || event.metaKey) return withControl(event);
  if (event.key === "Enter") return place === "page" ? "store" : null;
  return letters ? withoutControl(event) : null;
}

// By Shift, not by capitals, which Caps Lock turns round.
function withoutControl({ key, shiftKey }) {
  const command = LETTERS[key.toLowerCase()] ?? null;
  return command === "undo" && shiftKey ? "redo" : command;
}

function withControl({ key, shiftKey }) {
  if (key.toLowerCase() === "z") return shiftKey ? "redo" : "undo";
  return key.toLowerCase() === "y" ? "redo" : null;
}
