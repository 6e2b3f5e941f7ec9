// Shows the feature maps of each level of the network, and its guess.

import { formatConfidence } from "../draw/messages/messages.js";

export class ExplanationView {
  #element;

  constructor(element) {
    this.#element = element;
  }

  // Removes the example drawing, because the visitor draws their own.
  removeExample() {
    this.#find("[data-given]")?.remove();
    this.#find("[data-clear]").hidden = false;
    this.#find("[data-whose]").textContent = "What you draw here is not stored.";
  }

  onClear(callback) {
    this.#find("[data-clear]").addEventListener("click", () => {
      this.#element.toggleAttribute("data-empty", true);
      callback();
    });
  }

  // explanation: see requestExplanation in api.js.
  show({ pixels, levels, guess }) {
    this.showError("");
    this.#find("[data-pixels]").src = pixels;
    this.#find("[data-levels]").replaceChildren(...levels.map((level) => this.#createLevel(level)));
    this.#find("[data-scores]").replaceChildren(...guess.top.map((prediction) => this.#createScore(prediction)));
    this.#find("[data-unsure]").hidden = guess.recognized;
    this.#element.toggleAttribute("data-empty", false);
    this.#find("[data-status]").textContent = `Best guess: ${guess.label}, ${formatConfidence(guess.confidence)}.`;
  }

  // An empty message hides the error.
  showError(message) {
    const box = this.#find("[data-trouble]");
    box.hidden = !message;
    box.querySelector("p").textContent = message;
  }

  #createLevel({ title, sentence, note, alt, picture }) {
    const item = this.#cloneTemplate("[data-level]");
    for (const [name, text] of Object.entries({ title, sentence, note })) item.querySelector(`[data-${name}]`).textContent = text;
    Object.assign(item.querySelector("[data-picture]"), { src: picture, alt });
    return item;
  }

  #createScore({ label, confidence }) {
    const item = this.#cloneTemplate("[data-score]");
    item.querySelector("[data-label]").textContent = label;
    item.querySelector("meter").value = confidence;
    item.querySelector("[data-share]").textContent = formatConfidence(confidence);
    return item;
  }

  #cloneTemplate(selector) {
    return this.#find(selector).content.firstElementChild.cloneNode(true);
  }

  #find(selector) {
    return this.#element.querySelector(selector);
  }
}
