// Shows the questions and thanks after a drawing is stored, and the bitmap that the network saw.

import { SharedDrawing } from "./shared_drawing.js";
import { visiblePhase } from "./state/state_machine.js";

const PHASES = ["asked", "choosing", "thanked"]; // each has an element with this data-part

export class AnswerPanel {
  #section;
  #bitmap;
  #alternatives;
  #version;
  #drawing = null;
  #shared;

  // onChoose(label) is called for a click on one of the next best guesses.
  constructor(section, onChoose) {
    this.#section = section;
    this.#bitmap = section.querySelector(".seen__bitmap");
    this.#alternatives = section.querySelector("[data-others]");
    this.#version = section.querySelector("[data-version]");
    this.#shared = new SharedDrawing(section.querySelector("[data-share]"));
    this.#alternatives.addEventListener("click", ({ target }) => target.matches("button") && onChoose(target.textContent));
  }

  show(state) {
    const phase = visiblePhase(state);
    const { drawing, feedback } = state;
    this.#section.hidden = !PHASES.includes(phase);
    for (const part of this.#section.querySelectorAll("[data-part]")) part.hidden = part.dataset.part !== phase;
    if (drawing !== this.#drawing) this.#showDrawing(drawing);
    this.#drawing = drawing;
    if (phase === "thanked") this.#shared.show(drawing, feedback);
  }

  #showDrawing(drawing) {
    this.#bitmap.hidden = !drawing;
    if (!drawing) return;
    this.#bitmap.src = drawing.bitmap_url;
    const { prediction } = drawing;
    this.#version.textContent = prediction ? ` (Network ${prediction.model_version}.)` : "";
    this.#alternatives.replaceChildren(...(prediction?.top.slice(1) ?? []).map(({ label }) => createChip(label)));
  }
}

function createChip(label) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chip";
  button.textContent = label;
  return button;
}
