// Updates the drawing page from the session after every change.

import { AnswerPanel } from "./answer_panel.js";
import { DebouncedAnnouncer } from "./messages/debounced_announcer.js";
import { ErrorBanner } from "./messages/error_banner.js";
import { Mascot } from "./messages/mascot.js";
import { mascotMessage, plainText } from "./messages/messages.js";
import { showBars } from "./prediction_bars.js";
import { visiblePhase } from "./state/state_machine.js";

export class DrawView {
  #main;
  #rows;
  #picture;
  #seen;
  #canvas;
  #answerPanel;
  #errorBanner;
  #announcer;
  #phase = null;

  // onChoose(label) is called for one of the next best guesses.
  constructor(main, onChoose) {
    const find = (selector) => main.querySelector(selector);
    this.#main = main;
    this.#rows = [...main.querySelectorAll(".bar")];
    this.#picture = find(".sheet__picture");
    this.#seen = find(".sheet__seen");
    this.#canvas = find(".sheet__canvas");
    this.mascot = new Mascot(find(".voice__words"), find(".face"));
    this.#answerPanel = new AnswerPanel(find(".answer"), onChoose);
    this.#errorBanner = new ErrorBanner(find("[data-trouble]"), find("[data-alert]"));
    this.#announcer = new DebouncedAnnouncer((text) => (find("[data-status]").textContent = text));
  }

  // session: see session.js.
  show({ store, guess, isDrawing }) {
    const { state } = store;
    const blank = store.isBlank && !isDrawing;
    this.#main.toggleAttribute("data-empty", blank);
    this.#main.dataset.phase = visiblePhase(state);
    this.#showSheet(store.sheet);
    this.#showSeen(store.sheet.picture && state.phase !== "thanked" && (state.drawing?.bitmap_url ?? guess?.pixels));
    this.#answerPanel.show(state);
    this.#errorBanner.show(state.error);
    showBars(this.#rows, guess);
    const message = mascotMessage({ state, guess, blank });
    this.mascot.say(message);
    if (state.phase === "drawing") this.#announcer.announce(guess && !state.error ? plainText(message) : "");
    this.#moveFocus(visiblePhase(state), message);
  }

  #showSheet({ strokes, picture }) {
    this.#picture.hidden = !picture;
    if (picture && this.#picture.src !== picture) this.#picture.src = picture;
    const label = `Your drawing: ${countLines(strokes.length)}`;
    if (!picture && this.#canvas.ariaLabel !== label) this.#canvas.ariaLabel = label;
  }

  // bitmap: the address of what the network saw of a picture, if it has answered.
  #showSeen(bitmap) {
    this.#main.toggleAttribute("data-seen", Boolean(bitmap));
    this.#seen.hidden = !bitmap;
    if (bitmap) this.#seen.querySelector("img").src = bitmap;
  }

  // Moves the keyboard focus to the part of a new phase.
  #moveFocus(phase, message) {
    const isFirst = this.#phase === null;
    if (phase === this.#phase) return;
    this.#phase = phase;
    if (isFirst) return; // the page has just been opened
    if (phase === "asked" || phase === "drawing") this.mascot.focus();
    if (phase === "choosing") this.#focusQuestion();
    if (phase === "thanked") {
      this.#announcer.announceNow(plainText(message));
      this.#main.querySelector("[data-part=thanked] [data-command=another]").focus();
    }
    if (phase !== "drawing") this.mascot.reveal(); // a scroll would bend a stroke that begins another drawing
  }

  // On a touch screen, a focused text field would cover half of the page with the on-screen keyboard.
  #focusQuestion() {
    if (matchMedia("(pointer: coarse)").matches) this.mascot.focus();
    else this.#main.querySelector("[role=combobox]").focus();
  }
}

function countLines(strokes) {
  if (strokes === 0) return "nothing yet";
  return strokes === 1 ? "1 line" : `${strokes} lines`;
}
