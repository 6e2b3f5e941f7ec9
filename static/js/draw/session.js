// One visit of the drawing page: the store, live guesses during drawing, and the requests afterwards.

import { Guesser } from "./guesser.js";
import { describeFailure } from "./messages/error_messages.js";
import { Requests, toApiContent } from "./requests.js";

export class Session {
  #requests;
  #guesser;
  #onChange;
  guess = null; // the latest, see api.js
  classNames = []; // labels to choose from, fetched once a drawing is stored
  isDrawing = false; // whether a stroke is being drawn
  isPrivate = false; // whether the next drawing is kept out of the gallery

  // api: see api.js. onChange() is called when the guess or the class names change; the store notifies of its own changes.
  constructor(store, api, onChange) {
    this.store = store;
    this.#onChange = onChange;
    this.#requests = new Requests(store, api);
    this.#guesser = new Guesser({
      request: api.requestGuess,
      onGuess: (guess) => this.#setGuess(guess),
      onError: (failure) => store.dispatch("failed", { error: describeFailure(failure, "guess") }),
    });
    store.subscribe(({ sheetChanged }) => sheetChanged && this.refreshGuess());
  }

  extendStroke(stroke) {
    this.isDrawing = true;
    const { sheet } = this.store;
    this.#guesser.update(() => toApiContent({ ...sheet, strokes: [...sheet.strokes, stroke] }));
  }

  cancelStroke() {
    this.isDrawing = false;
    this.refreshGuess();
    this.#onChange();
  }

  finishStroke(stroke) {
    this.isDrawing = false;
    this.store.addStroke(stroke);
  }

  // Goes on where an earlier visit stopped: with a guess, or with the question about a stored drawing.
  async resume() {
    if (this.store.state.drawing) await this.#loadClassNames();
    else this.refreshGuess();
  }

  refreshGuess() {
    this.#guesser.cancel();
    if (this.store.isBlank) this.guess = null;
    else this.#guesser.update(() => toApiContent(this.store.sheet));
  }

  async storeDrawing() {
    this.#guesser.cancel();
    await this.#requests.storeDrawing(this.isPrivate);
    if (this.store.state.drawing && this.classNames.length === 0) await this.#loadClassNames();
  }

  // feedback: see requests.js.
  sendFeedback(feedback) {
    return this.#requests.sendFeedback(feedback);
  }

  // Repeats what failed last; does nothing without an error.
  retry() {
    const retries = {
      guess: () => this.refreshGuess(),
      store: () => this.storeDrawing(),
      feedback: () => this.sendFeedback(this.store.state.feedback),
      classes: () => this.#loadClassNames(),
    };
    return retries[this.store.state.error?.task]?.();
  }

  async #loadClassNames() {
    this.classNames = (await this.#requests.fetchClassNames()) ?? this.classNames;
    this.#onChange();
  }

  #setGuess(guess) {
    this.guess = guess;
    this.store.dispatch("guessReceived");
    this.#onChange();
  }
}
