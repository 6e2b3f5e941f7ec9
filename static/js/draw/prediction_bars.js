// Shows the five best guesses as bars.

import { formatConfidence } from "./messages/messages.js";

// rows: the five list items. guess: see api.js; null empties the bars.
export function showBars(rows, guess) {
  rows.forEach((row, index) => {
    const { label, confidence } = guess?.top[index] ?? {};
    row.toggleAttribute("data-unknown", label === undefined);
    row.querySelector(".bar__mark").style.setProperty("--share", confidence ?? 0);
    if (label === undefined) return;
    row.querySelector(".bar__label").textContent = label;
    row.querySelector(".bar__share").textContent = formatConfidence(confidence);
  });
}
