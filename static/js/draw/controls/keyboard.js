// Runs the commands of keyboard shortcuts.

import { storage } from "../state/storage.js";
import { commandForKey } from "./shortcuts.js";

const LETTERS = "shortcuts"; // storage name

// toggle: the checkbox that enables single-letter shortcuts. run(command) is called for each shortcut.
export function listenToKeys(toggle, run) {
  toggle.checked = storage.get(LETTERS) !== "off";
  toggle.addEventListener("change", () => storage.set(LETTERS, toggle.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    const command = commandForKey(event, focusKind(event.target), toggle.checked);
    if (!command) return;
    event.preventDefault();
    run(command);
  });
}

function focusKind(target) {
  if (target.matches("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]")) return "text";
  return target.matches("a, button, summary, input:not([type=radio])") ? "control" : "page";
}
