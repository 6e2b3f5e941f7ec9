// The canvas: shows a sheet sharply at any size and pixel density, and grows a stroke while it is drawn.

import { paintOn, paintStroke } from "./stroke_renderer.js";
import { SIDE } from "./strokes.js";

export class Paper {
  #canvas;
  #context;
  #colourOf;
  #strokes = [];
  #growing = null;

  constructor(canvas, colourOf) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    this.#colourOf = colourOf;
    new ResizeObserver(() => this.#resize()).observe(canvas);
    this.#watchDensity();
    this.#resize();
  }

  show(strokes) {
    this.#strokes = strokes;
    this.repaint();
  }

  // stroke grew; everything before its point `from` is on the paper already.
  grow(stroke, from) {
    this.#growing = stroke;
    paintOn(this.#context, stroke, from, this.#colourOf);
  }

  dry() {
    this.#growing = null;
  }

  repaint() {
    const scale = this.#canvas.width / SIDE;
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.#context.setTransform(scale, 0, 0, scale, 0, 0);
    for (const stroke of this.#strokes) paintStroke(this.#context, stroke, this.#colourOf);
    if (this.#growing) paintOn(this.#context, this.#growing, 0, this.#colourOf);
  }

  // Where an event is on the sheet, in its units; t in milliseconds since 1970, so that it goes on after a reload.
  pointOf(event) {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - left) / width) * SIDE,
      y: ((event.clientY - top) / height) * SIDE,
      t: performance.timeOrigin + event.timeStamp,
    };
  }

  #resize() {
    const side = Math.round(this.#canvas.clientWidth * devicePixelRatio);
    if (this.#canvas.width === side && this.#canvas.height === side) return;
    this.#canvas.width = this.#canvas.height = side;
    this.repaint();
  }

  // Zooming, or another screen, changes the density without changing the size.
  #watchDensity() {
    const density = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    density.addEventListener("change", () => (this.#resize(), this.#watchDensity()), { once: true });
  }
}
