// What a person may do with a finished drawing: its page, its link, its files, and how others drew it.

import { offerSharing } from "../share.js";

export class SharedDrawing {
  #root;
  #drawing = null;

  constructor(root) {
    this.#root = root;
    offerSharing(root, () => pageOf(this.#drawing));
  }

  // drawing: the API's answer. feedback: what the person said about it.
  show(drawing, feedback) {
    if (drawing !== this.#drawing) this.#root.querySelector("[data-share-status]").textContent = "";
    this.#drawing = drawing;
    this.#link("page", pageOf(drawing));
    this.#link("png", `${pageOf(drawing)}drawing.png`, `${drawing.id}.png`);
    this.#link("svg", drawing.svg_url, `${drawing.id}.svg`);
    this.#root.querySelector("[data-links]").hidden = drawing.isPrivate; // its link shows others nothing
    const label = feedback.correct ? drawing.prediction.label : feedback.label;
    this.#root.querySelector("[data-others]").hidden = !label;
    if (label) this.#link("others", `/gallery/?${new URLSearchParams({ label })}`);
  }

  #link(name, address, file) {
    const link = this.#root.querySelector(`[data-${name}]`);
    link.href = address;
    if (file) link.download = file;
  }
}

function pageOf({ id }) {
  return `/drawings/${id}/`;
}
