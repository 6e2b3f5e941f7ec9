// After the drawing is stored: shows the part that the phase asks for, and the picture that the network saw.

import { resting } from "./state/state_machine.js";

const PARTS = ["asked", "choosing", "thanked"]; // named as their phases

export class Answer {
  #section;
  #seen;
  #others;
  #version;
  #shown = null;

  // choose(label) is called for one of the next best guesses.
  constructor(section, choose) {
    this.#section = section;
    this.#seen = section.querySelector(".seen__bitmap");
    this.#others = section.querySelector("[data-others]");
    this.#version = section.querySelector("[data-version]");
    this.#others.addEventListener("click", ({ target }) => target.matches("button") && choose(target.textContent));
  }

  show(flow) {
    const phase = resting(flow);
    const { drawing } = flow;
    this.#section.hidden = !PARTS.includes(phase);
    for (const part of this.#section.querySelectorAll("[data-part]")) part.hidden = part.dataset.part !== phase;
    if (drawing !== this.#shown) this.#showDrawing(drawing);
    this.#shown = drawing;
  }

  #showDrawing(drawing) {
    this.#seen.hidden = !drawing;
    if (!drawing) return;
    this.#seen.src = drawing.bitmap_url;
    const { prediction } = drawing;
    this.#version.textContent = prediction ? ` (Network ${prediction.model_version}.)` : "";
    this.#others.replaceChildren(...(prediction?.top.slice(1) ?? []).map(({ label }) => chip(label)));
  }
}

function chip(label) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chip";
  button.textContent = label;
  return button;
}
