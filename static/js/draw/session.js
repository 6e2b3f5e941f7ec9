// One visit: the desk, the guesses while something is drawn, the errands once it is done.

import { contentOf, Errands } from "./requests.js";
import { Guesser } from "./guesser.js";
import { problemOf } from "./messages/error_messages.js";

export class Session {
  #errands;
  #guesser;
  guess = null; // the latest, see api.js
  words = []; // the classes to choose from, once somebody is asked
  growing = false; // whether a stroke is being drawn

  // api: see api.js. changed() is called when the guess or the words are others; the desk tells its own changes.
  constructor(desk, api, changed) {
    this.desk = desk;
    this.changed = changed;
    this.#errands = new Errands(desk, api);
    this.#guesser = new Guesser({
      ask: api.guess,
      show: (guess) => this.#show(guess),
      fail: (error) => desk.step("failed", { trouble: problemOf(error, "guess") }),
    });
    desk.listen(({ sheet }) => sheet && this.guessAnew());
  }

  grew(stroke) {
    this.growing = true;
    const { sheet } = this.desk;
    this.#guesser.changed(() => contentOf({ ...sheet, strokes: [...sheet.strokes, stroke] }));
  }

  dropped() {
    this.growing = false;
  }

  done(stroke) {
    this.growing = false;
    this.desk.addStroke(stroke);
  }

  guessAnew() {
    this.#guesser.stop();
    if (this.desk.isBlank) this.guess = null;
    else this.#guesser.changed(() => contentOf(this.desk.sheet));
  }

  async store() {
    this.#guesser.stop();
    await this.#errands.store();
    if (this.desk.flow.drawing && this.words.length === 0) await this.#askForWords();
  }

  // answer: see errands.js.
  tell(answer) {
    return this.#errands.tell(answer);
  }

  retry() {
    const again = {
      guess: () => this.guessAnew(),
      store: () => this.store(),
      tell: () => this.tell(this.desk.flow.answer),
      classes: () => this.#askForWords(),
    };
    return again[this.desk.flow.trouble?.task]?.();
  }

  async #askForWords() {
    this.words = (await this.#errands.classes()) ?? this.words;
    this.changed();
  }

  #show(guess) {
    this.guess = guess;
    this.desk.step("guessed");
    this.changed();
  }
}
