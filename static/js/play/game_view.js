// What a player sees: the card with the next word, the clock, the face and its words.

import { showGuess } from "../draw/prediction_bars.js";
import { withArticle } from "../draw/messages/articles.js";
import { Settling } from "../draw/messages/debounced_announcer.js";
import { Voice } from "../draw/messages/mascot.js";
import { plain, speak } from "../draw/messages/messages.js";
import { word } from "./game_state.js";

const DRAWING = { phase: "drawing", drawing: null, answer: null, trouble: null };

export class Stage {
  #main;
  #find;
  #voice;
  #aloud;
  #spoken = "";
  #unknown;

  // unknown: the words that the network cannot guess.
  constructor(main, unknown) {
    this.#main = main;
    this.#unknown = unknown;
    this.#find = (selector) => main.querySelector(selector);
    this.#voice = new Voice(this.#find(".voice__words"), this.#find(".face"));
    this.#aloud = new Settling((text) => (this.#find("[data-status]").textContent = text));
  }

  // Shows the phase; takes the keyboard along when it is another one.
  show(match) {
    const isNew = this.#main.dataset.phase !== match.phase || match.phase === "card";
    this.#main.dataset.phase = match.phase;
    this.#find("[data-card]").hidden = match.phase !== "card";
    this.#find("[data-wanted]").textContent = match.phase === "drawing" ? `Draw ${withArticle(word(match))}` : "";
    if (match.phase === "card") this.#showCard(match);
    if (match.phase === "done") this.#voice.say({ text: "That was it! Let me sort your drawings…", mood: "happy" });
    if (isNew && match.phase === "card") this.#find("[data-go]").focus({ preventScroll: true });
  }

  showGuess(match, guess) {
    showGuess([...this.#main.querySelectorAll(".bar")], guess);
    const words = speak({ flow: DRAWING, guess, blank: match.strokes.length === 0 && !guess });
    this.#voice.say(words);
    this.#aloud.later(guess ? plain(words) : "");
    this.#spoken = guess ? plain(words) : "";
  }

  // Returns what a voice would say now.
  get spoken() {
    return this.#spoken;
  }

  showTime(milliseconds, seconds) {
    const whole = Math.ceil(milliseconds / 1000);
    this.#find("[data-clock]").value = milliseconds / 1000 / seconds;
    this.#find("[data-seconds]").textContent = `${whole} s`;
  }

  showTrouble(message) {
    const box = this.#find("[data-trouble]");
    box.hidden = !message;
    if (message && box.querySelector("p").textContent !== message) box.querySelector("p").textContent = message;
  }

  #showCard(match) {
    const { last, index, words } = match;
    this.#find("[data-count]").textContent = `Drawing ${index + 1} of ${words.length}`;
    this.#find("[data-word]").textContent = withArticle(word(match));
    this.#find("[data-new]").hidden = !this.#unknown.includes(word(match));
    this.#voice.say(farewell(last, this.#unknown));
    showGuess([...this.#main.querySelectorAll(".bar")], null);
  }
}

function farewell(last, unknown) {
  if (!last) return { text: "Are you ready?", mood: "calm" };
  const what = `*${withArticle(last.word)}*`;
  if (unknown.includes(last.word)) return { text: `So that is ${what}. Thank you!`, mood: "happy" };
  return last.won ? { text: `I know: ${what}!`, mood: "happy" } : { text: `I did not see ${what}.`, mood: "unsure" };
}
