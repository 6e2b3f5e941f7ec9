// Brings the page in line with the desk after every change.

import { Answer } from "./answer_panel.js";
import { showGuess } from "./prediction_bars.js";
import { resting } from "./state/state_machine.js";
import { Settling } from "./messages/debounced_announcer.js";
import { Trouble } from "./messages/error_banner.js";
import { Voice } from "./messages/mascot.js";
import { plain, speak } from "./messages/messages.js";

export class View {
  #main;
  #rows;
  #picture;
  #canvas;
  #answer;
  #trouble;
  #aloud;
  #phase = "drawing";

  // choose(label) is called for one of the next best guesses.
  constructor(main, choose) {
    const find = (selector) => main.querySelector(selector);
    this.#main = main;
    this.#rows = [...main.querySelectorAll(".bar")];
    this.#picture = find(".sheet__picture");
    this.#canvas = find(".sheet__canvas");
    this.voice = new Voice(find(".voice__words"), find(".face"));
    this.#answer = new Answer(find(".answer"), choose);
    this.#trouble = new Trouble(find("[data-trouble]"), find("[data-alert]"));
    this.#aloud = new Settling((text) => (find("[data-status]").textContent = text));
  }

  // session: see session.js.
  show({ desk, guess, growing }) {
    const blank = desk.isBlank && !growing;
    this.#main.toggleAttribute("data-empty", blank);
    this.#main.dataset.phase = resting(desk.flow);
    this.#showSheet(desk.sheet);
    this.#answer.show(desk.flow);
    this.#trouble.show(desk.flow.trouble);
    showGuess(this.#rows, guess);
    const words = speak({ flow: desk.flow, guess, blank });
    this.voice.say(words);
    if (desk.flow.phase === "drawing") this.#aloud.later(guess && !desk.flow.trouble ? plain(words) : "");
    this.#follow(resting(desk.flow), words);
  }

  #showSheet({ strokes, picture }) {
    this.#picture.hidden = !picture;
    if (picture && this.#picture.src !== picture) this.#picture.src = picture;
    const label = `Your drawing: ${counted(strokes.length)}`;
    if (!picture && this.#canvas.ariaLabel !== label) this.#canvas.ariaLabel = label;
  }

  // Takes the keyboard along to what comes next.
  #follow(phase, words) {
    if (phase === this.#phase) return;
    this.#phase = phase;
    if (phase === "asked" || phase === "drawing") this.voice.focus();
    if (phase === "choosing") this.#focusQuestion();
    if (phase === "thanked") {
      this.#aloud.now(plain(words));
      this.#main.querySelector("[data-part=thanked] [data-command=another]").focus();
    }
  }

  // A phone would cover half of itself with its keyboard before anybody asked for it.
  #focusQuestion() {
    if (matchMedia("(pointer: coarse)").matches) this.voice.focus();
    else this.#main.querySelector("[role=combobox]").focus();
  }
}

function counted(strokes) {
  if (strokes === 0) return "nothing yet";
  return strokes === 1 ? "1 line" : `${strokes} lines`;
}
