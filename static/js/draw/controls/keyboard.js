// Key presses → commands.

import { commandOf } from "./shortcuts.js";
import { storage } from "../state/storage.js";

const LETTERS = "shortcuts";

// toggle: the checkbox that switches the single letters. run(command) does it and tells whether it could.
export function listenToKeys(toggle, run) {
  toggle.checked = storage.get(LETTERS) !== "off";
  toggle.addEventListener("change", () => storage.set(LETTERS, toggle.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    const command = commandOf(event, placeOf(event.target), toggle.checked);
    if (!command) return;
    event.preventDefault();
    run(command);
  });
}

function placeOf(target) {
  if (target.matches("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]")) return "text";
  return target.matches("a, button, summary, input:not([type=radio])") ? "control" : "page";
}
