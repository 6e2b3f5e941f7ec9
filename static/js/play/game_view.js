// Updates the game page: the card with the next word, the clock, the score, the mascot and its guesses.

import { DebouncedAnnouncer } from "../draw/messages/debounced_announcer.js";
import { Mascot } from "../draw/messages/mascot.js";
import { mascotMessage, plainText } from "../draw/messages/messages.js";
import { withArticle } from "../draw/messages/articles.js";
import { showBars } from "../draw/prediction_bars.js";
import { initialState } from "../draw/state/state_machine.js";
import { currentWord, wonCount } from "./game_state.js";

export class GameView {
  #main;
  #find;
  #mascot;
  #announcer;
  #guessText = "";
  #unknownWords;

  // unknownWords: the words that the network cannot guess.
  constructor(main, unknownWords) {
    this.#main = main;
    this.#unknownWords = unknownWords;
    this.#find = (selector) => main.querySelector(selector);
    this.#mascot = new Mascot(this.#find(".voice__words"), this.#find(".face"));
    this.#announcer = new DebouncedAnnouncer((text) => (this.#find("[data-status]").textContent = text));
  }

  // Shows the phase of a game and moves the keyboard focus to a new card. state: see game_state.js.
  show(state) {
    const isNew = this.#main.dataset.phase !== state.phase || state.phase === "card";
    this.#main.dataset.phase = state.phase;
    this.#find("[data-card]").hidden = state.phase !== "card";
    const isOnSheet = state.phase === "drawing" || state.phase === "won";
    this.#find("[data-wanted]").textContent = isOnSheet ? `Draw ${withArticle(currentWord(state))}` : "";
    this.#showScore(state);
    if (state.phase === "card") this.#showCard(state);
    if (state.phase === "won") this.#showWin(state);
    if (state.phase === "done") this.#mascot.say({ text: "That was it! Let me sort your drawings…", mood: "happy" });
    if (isNew && state.phase === "card") this.#find("[data-go]").focus({ preventScroll: true });
  }

  showGuess(state, guess) {
    showBars([...this.#main.querySelectorAll(".bar")], guess);
    const message = mascotMessage({ state: initialState, guess, blank: state.strokes.length === 0 && !guess });
    this.#mascot.say(message);
    this.#guessText = guess ? plainText(message) : "";
    this.#announcer.announce(this.#guessText);
  }

  // What the mascot says about a round that is won, as a sentence to speak.
  winText({ last }) {
    return plainText(roundMessage(last, this.#unknownWords));
  }

  // The current guess as a sentence to speak, or "".
  get guessText() {
    return this.#guessText;
  }

  showTime(milliseconds, seconds) {
    this.#find("[data-clock]").value = milliseconds / 1000 / seconds;
    this.#find("[data-seconds]").textContent = `${Math.ceil(milliseconds / 1000)} s`;
  }

  // An empty message hides the error.
  showError(message) {
    const box = this.#find("[data-trouble]");
    box.hidden = !message;
    if (message && box.querySelector("p").textContent !== message) box.querySelector("p").textContent = message;
  }

  #showWin(state) {
    this.#mascot.say(roundMessage(state.last, this.#unknownWords));
    this.#announcer.announceNow(`${this.winText(state)} ${scoreText(state)}.`);
  }

  #showScore(state) {
    this.#find("[data-score]").textContent = scoreText(state);
    [...this.#find("[data-dots]").children].forEach((dot, index) => {
      dot.dataset.outcome = state.outcomes[index] ?? (index === state.index ? "now" : "");
    });
  }

  #showCard(state) {
    const { last, index, words } = state;
    const word = currentWord(state);
    this.#find("[data-count]").textContent = `Drawing ${index + 1} of ${words.length}`;
    this.#find("[data-word]").textContent = withArticle(word);
    this.#find("[data-new]").hidden = !this.#unknownWords.includes(word);
    this.#mascot.say(roundMessage(last, this.#unknownWords));
    showBars([...this.#main.querySelectorAll(".bar")], null);
  }
}

function scoreText(state) {
  return `${wonCount(state)} guessed`;
}

// Returns what the mascot says after a round; last: {word, won}, or null before the first round.
function roundMessage(last, unknownWords) {
  if (!last) return { text: "Are you ready?", mood: "calm" };
  const phrase = `*${withArticle(last.word)}*`;
  if (unknownWords.includes(last.word)) return { text: `So that is ${phrase}. Thank you!`, mood: "happy" };
  return last.won ? { text: `I know: ${phrase}!`, mood: "happy" } : { text: `I did not see ${phrase}.`, mood: "unsure" };
}
