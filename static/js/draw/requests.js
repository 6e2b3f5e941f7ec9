// Runs to the server and back, and tells the desk what came of it. A retry repeats the very same request.

import { problemOf } from "./messages/error_messages.js";
import { toWire } from "./canvas/strokes.js";

export class Errands {
  #desk;
  #api;

  // api: {store, tell, classes} of api.js.
  constructor(desk, api) {
    this.#desk = desk;
    this.#api = api;
  }

  async store() {
    const { sheet, key, isBlank } = this.#desk;
    if (isBlank || !this.#desk.step("store")) return;
    await this.#run("store", async () => {
      this.#desk.step("stored", { drawing: await this.#api.store(contentOf(sheet), key) });
    });
  }

  // answer: {correct: true}, {correct: false, label} or {correct: false}.
  async tell(answer) {
    if (!this.#desk.step("tell", { answer })) return;
    await this.#run("tell", async () => {
      await this.#api.tell(this.#desk.flow.drawing, answer);
      this.#desk.step("told");
    });
  }

  // Returns the words to choose from, or null where they could not be had.
  async classes() {
    return this.#run("classes", async () => {
      const words = await this.#api.classes();
      this.#desk.step("classesCame");
      return words;
    });
  }

  async #run(task, errand) {
    try {
      return await errand();
    } catch (error) {
      this.#desk.step("failed", { trouble: problemOf(error, task) });
      return null;
    }
  }
}

// What the API takes: the picture, or the strokes.
export function contentOf({ strokes, picture }) {
  return picture ? { image: picture } : { strokes: toWire(strokes) };
}
