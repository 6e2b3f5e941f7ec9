// Speaks the guesses if the player wants it and the browser supports speech synthesis.

import { storage } from "../draw/state/storage.js";

const NAME = "aloud"; // storage name

export class Speech {
  #button;
  #lastText = "";

  constructor(button) {
    this.#button = button;
    button.hidden = !("speechSynthesis" in globalThis);
    this.#toggle(storage.get(NAME) === "on");
    button.addEventListener("click", () => this.#toggle(!this.#isOn));
  }

  // Speaks each text once. Skips it while another text is spoken, because guesses arrive faster than speech;
  // an urgent text interrupts the other one.
  speak(text, { isUrgent = false } = {}) {
    if (!this.#isOn || !text || text === this.#lastText || (speechSynthesis.speaking && !isUrgent)) return;
    this.#lastText = text;
    speechSynthesis.cancel();
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.lang = "en";
    speechSynthesis.speak(utterance);
  }

  get #isOn() {
    return this.#button.ariaPressed === "true";
  }

  #toggle(isOn) {
    this.#button.ariaPressed = String(isOn);
    storage.set(NAME, isOn ? "on" : "off");
    if (!isOn) globalThis.speechSynthesis?.cancel();
  }
}
