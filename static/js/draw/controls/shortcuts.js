// Maps a key press to a command. Letters can be switched off (WCAG 2.1.4); Ctrl+Z and Ctrl+Y always work.

const LETTERS = { z: "undo", c: "clear", p: "choose", y: "yes", n: "no", d: "another", "?": "help" };

// event: a KeyboardEvent. focus: "text" in a text field, "control" on a button or link, otherwise "page".
// Returns the command's name or null.
export function commandForKey(event, focus, lettersEnabled = true) {
  if (event.altKey || event.defaultPrevented || focus === "text") return null;
  if (event.ctrlKey || event.metaKey) return controlCommand(event);
  if (event.key === "Enter") return focus === "page" ? "store" : null;
  return lettersEnabled ? letterCommand(event) : null;
}

// Checks Shift rather than the letter's case, which Caps Lock inverts.
function letterCommand({ key, shiftKey }) {
  const command = LETTERS[key.toLowerCase()] ?? null;
  return command === "undo" && shiftKey ? "redo" : command;
}

function controlCommand({ key, shiftKey }) {
  if (key.toLowerCase() === "z") return shiftKey ? "redo" : "undo";
  return key.toLowerCase() === "y" ? "redo" : null;
}
