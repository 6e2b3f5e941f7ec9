// Speaks the guesses, where somebody wants to hear them and the browser has a voice.

import { storage } from "../draw/state/storage.js";

const NAME = "aloud";

export class Aloud {
  #button;
  #words;
  #said = "";

  // words() returns what is to be said now.
  constructor(button, words) {
    this.#button = button;
    this.#words = words;
    button.hidden = !("speechSynthesis" in globalThis);
    this.#show(storage.get(NAME) === "on");
    button.addEventListener("click", () => this.#show(!this.#isOn));
  }

  // Says it once, and not while something else is being said: guesses come faster than anybody speaks.
  say() {
    const words = this.#words();
    if (!this.#isOn || !words || words === this.#said || speechSynthesis.speaking) return;
    this.#said = words;
    const utterance = new SpeechSynthesisUtterance(words);
    utterance.lang = "en";
    speechSynthesis.speak(utterance);
  }

  get #isOn() {
    return this.#button.ariaPressed === "true";
  }

  #show(isOn) {
    this.#button.ariaPressed = String(isOn);
    storage.set(NAME, isOn ? "on" : "off");
    if (!isOn) globalThis.speechSynthesis?.cancel();
  }
}
