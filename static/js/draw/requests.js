// Sends the drawing's requests and dispatches their outcome to the store. A retry repeats the same request.

import { toApiPens, toApiStrokes } from "./canvas/strokes.js";
import { describeFailure } from "./messages/error_messages.js";

export class Requests {
  #store;
  #api;

  // store: a DocumentStore. api: {storeDrawing, sendFeedback, fetchClassNames} of api.js.
  constructor(store, api) {
    this.#store = store;
    this.#api = api;
  }

  // isPrivate: only the person themself will see it. The choice is part of the key, so that a repeat honours it.
  async storeDrawing(isPrivate) {
    const { sheet, key, isBlank } = this.#store;
    const content = { ...toApiContent(sheet), ...(!sheet.picture && { pens: toApiPens(sheet.strokes) }), ...(isPrivate && { private: true }) };
    if (isBlank || !this.#store.dispatch("store")) return;
    await this.#run("store", async () => {
      const drawing = await this.#api.storeDrawing(content, isPrivate ? `${key}-private` : key);
      this.#store.dispatch("stored", { drawing: { ...drawing, isPrivate } });
    });
  }

  // feedback: see sendFeedback in api.js.
  async sendFeedback(feedback) {
    if (!this.#store.dispatch("submit", { feedback })) return;
    await this.#run("feedback", async () => {
      const { label, proposal } = await this.#api.sendFeedback(this.#store.state.drawing, feedback);
      this.#store.dispatch("submitted", { label, proposal });
    });
  }

  // Returns the labels to choose from, or null if the request failed.
  async fetchClassNames() {
    return this.#run("classes", async () => {
      const names = await this.#api.fetchClassNames();
      this.#store.dispatch("classesLoaded");
      return names;
    });
  }

  async #run(task, send) {
    try {
      return await send();
    } catch (failure) {
      this.#store.dispatch("failed", { error: describeFailure(failure, task) });
      return null;
    }
  }
}

// Returns a sheet in the API's format: its picture if it has one, otherwise its strokes.
export function toApiContent({ strokes, picture }) {
  return picture ? { image: picture } : { strokes: toApiStrokes(strokes) };
}
