// Lets a person choose the part of a picture that shows their drawing, by pointer or keyboard.

import { partToDataUrl } from "../draw/canvas/picture_file.js";
import { firstBox, gripAt, moved, pressed, resized, toPixels } from "./crop_box.js";

const MIN_PX = 16; // a side of the smallest picture that the server takes
const MIN_SHARE = 0.04; // of the picture's side
const REACH_PX = 22; // of a corner: a finger hits 44

// dialog: of crop.html. picture: a data URL. Returns the chosen part as a data URL, or null if the person cancelled.
export async function cropped(dialog, picture) {
  if (dialog.open) return null;
  const image = dialog.querySelector("img");
  image.src = picture;
  await loaded(image);
  const cropper = new Cropper(dialog, image);
  const part = await cropper.choose();
  return part && partToDataUrl(image, part);
}

class Cropper {
  #dialog;
  #frame;
  #handle;
  #size; // of the picture, in pixels
  #least; // of the box, in shares
  #box = firstBox;
  #drag = null; // {grip, point} of the pointer that is down

  constructor(dialog, image) {
    this.#dialog = dialog;
    this.#frame = dialog.querySelector(".crop__frame");
    this.#handle = dialog.querySelector(".crop__box");
    this.#size = { width: image.naturalWidth, height: image.naturalHeight };
    const [width, height] = Object.values(this.#size).map((side) => Math.min(1, Math.max(MIN_SHARE, MIN_PX / side)));
    this.#least = { width, height };
    this.#frame.style.setProperty("--ratio", this.#size.width / this.#size.height);
  }

  // Resolves to the part in pixels of the picture, or to null.
  async choose() {
    const controller = new AbortController();
    const { signal } = controller;
    this.#dialog.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
      this.#frame.addEventListener(kind, (event) => this.#onPointer(event), { signal });
    }
    this.#show();
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
    this.#handle.focus();
    await new Promise((resolve) => this.#dialog.addEventListener("close", resolve, { once: true }));
    controller.abort();
    return this.#dialog.returnValue === "crop" ? toPixels(this.#box, this.#size) : null;
  }

  #onKey(event) {
    event.stopPropagation(); // the keys of the page rest
    if (event.target !== this.#handle) return;
    if (event.key === "Enter") {
      event.preventDefault(); // otherwise it would press the button that gets the focus back
      this.#dialog.close("crop");
    } else {
      this.#change(pressed(this.#box, event, this.#least), event);
    }
  }

  #onPointer(event) {
    const { left, top, width, height } = this.#frame.getBoundingClientRect();
    const point = { x: (event.clientX - left) / width, y: (event.clientY - top) / height };
    if (event.type === "pointermove") return this.#dragTo(point, event);
    this.#drag = null;
    if (event.type !== "pointerdown" || !event.isPrimary) return;
    const grip = gripAt(this.#box, point, { x: REACH_PX / width, y: REACH_PX / height });
    if (!grip) return;
    this.#drag = { grip, point, box: this.#box };
    this.#frame.setPointerCapture(event.pointerId);
  }

  // From where the pointer went down, so that the box follows it back from beyond the picture's edge.
  #dragTo({ x, y }, event) {
    if (!this.#drag || !event.isPrimary) return;
    const { grip, point, box } = this.#drag;
    const [right, down] = [x - point.x, y - point.y];
    this.#change(grip[0] ? resized(box, grip, right, down, this.#least) : moved(box, right, down), event);
  }

  #change(box, event) {
    if (!box) return;
    event.preventDefault();
    this.#box = box;
    this.#show();
  }

  #show() {
    for (const [side, share] of Object.entries(this.#box)) this.#handle.style.setProperty(side, `${100 * share}%`);
    const { left, top, width, height } = toPixels(this.#box, { width: 100, height: 100 });
    const place = `from ${left} to ${left + width} % across, from ${top} to ${top + height} % down`;
    this.#handle.ariaLabel = `The part with your drawing: ${place}`;
  }
}

function loaded(image) {
  return new Promise((resolve, reject) => {
    if (image.complete && image.naturalWidth) resolve();
    image.addEventListener("load", resolve, { once: true });
    image.addEventListener("error", () => reject(new Error("no picture")), { once: true });
  });
}
