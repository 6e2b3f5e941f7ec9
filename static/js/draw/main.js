// Connects the parts of the drawing page.

import * as api from "../api.js";
import { DrawingCanvas } from "./canvas/canvas.js";
import { acceptPictures } from "./canvas/picture_input.js";
import { PointerInput } from "./canvas/pointer_input.js";
import { Combobox } from "./controls/combobox.js";
import { createCommands } from "./controls/commands.js";
import { keepPrivate } from "./controls/keep_private.js";
import { listenToKeys } from "./controls/keyboard.js";
import { Toolbar } from "./controls/toolbar.js";
import { DrawView } from "./draw_view.js";
import { Session } from "./session.js";
import { load, save } from "./state/autosave.js";
import { DocumentStore } from "./state/document_store.js";
import { storage } from "./state/storage.js";

const main = document.querySelector("main");
const canvasElement = main.querySelector("canvas");
const fileInput = main.querySelector("[data-file]");
const help = document.querySelector("#help");

const store = new DocumentStore(load(storage));
const session = new Session(store, api, show);
const commands = createCommands(session, { chooseFile: () => fileInput.click(), cropPicture, toggleHelp: () => help.togglePopover() });
const chooseLabel = (label) => session.sendFeedback({ correct: false, label });
const view = new DrawView(main, chooseLabel);
const combobox = new Combobox(main.querySelector(".combobox"), chooseLabel, (word) => session.sendFeedback({ correct: false, word }));
const toolbar = new Toolbar(main, run);
const canvas = new DrawingCanvas(canvasElement, (name) => toolbar.colourOf(name));

function run(command) {
  if (!commands[command].isAvailable()) return;
  commands[command].run();
  view.mascot.reveal();
}

function showError(message) {
  store.dispatch("failed", { error: { message, retryAt: null, task: null } });
}

// A stored picture stays as it is; its part becomes another drawing.
async function cropPicture() {
  try {
    const { cropped } = await import("../crop/cropper.js"); // few people need it
    const part = await cropped(document.querySelector("#crop"), store.sheet.picture);
    if (!part) return;
    if (!store.isEditable) store.restart();
    store.setPicture(part);
  } catch {
    showError("I can’t crop that picture.");
  }
}

function show() {
  view.show(session);
  combobox.setWords(session.classNames);
  toolbar.enable(Object.fromEntries(Object.entries(commands).map(([name, { isAvailable }]) => [name, isAvailable()])));
}

function showSheet() {
  canvas.show(store.sheet.strokes);
  combobox.reset();
}

store.subscribe(({ sheetChanged }) => {
  if (sheetChanged) showSheet();
  save(storage, store);
  show();
});

new PointerInput(canvasElement, canvas, {
  canStart() {
    if (store.state.phase === "thanked") store.restart();
    if (store.isEditable && store.sheet.picture) showError("Clear the picture to draw.");
    return store.isEditable && !store.sheet.picture;
  },
  pen: () => toolbar.pen(),
  onExtend(stroke, from) {
    canvas.extendStroke(stroke, from);
    session.extendStroke(stroke);
    if (from === 0) show();
  },
  onFinish(stroke) {
    canvas.endStroke();
    session.finishStroke(stroke);
  },
  onCancel() {
    canvas.endStroke();
    canvas.redraw();
    session.cancelStroke();
  },
  onTap: () => run("undo"),
  onErase: (point) => store.erase(point),
});

acceptPictures({
  fileInput,
  onPicture: (picture) => store.setPicture(picture),
  onError: showError,
  onDrag: (isDragging) => main.toggleAttribute("data-dropping", isDragging && store.isEditable),
});

function updateTheme() {
  toolbar.clearColourCache();
  canvas.redraw();
}

listenToKeys(document.querySelector("[data-shortcuts]"), run);
canvasElement.addEventListener("pointermove", (event) => view.mascot.lookAt(event));
addEventListener("online", () => session.retry());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", updateTheme);
document.addEventListener("themechange", updateTheme);

keepPrivate(main.querySelector("[data-private]"), storage, session);
showSheet();
session.resume();
show();
