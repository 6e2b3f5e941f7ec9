// Puts the drawing page together: who hears of what.

import * as api from "../api.js";
import { Combobox } from "./controls/combobox.js";
import { commandsOf } from "./controls/commands.js";
import { Desk } from "./state/document_store.js";
import { listenToKeys } from "./controls/keyboard.js";
import { Paper } from "./canvas/canvas.js";
import { Pen } from "./canvas/pointer_input.js";
import { acceptPictures } from "./canvas/picture_input.js";
import { load, save } from "./state/autosave.js";
import { Session } from "./session.js";
import { storage } from "./state/storage.js";
import { Tools } from "./controls/toolbar.js";
import { View } from "./draw_view.js";

const main = document.querySelector("main");
const canvas = main.querySelector("canvas");
const file = main.querySelector("[data-file]");
const help = document.querySelector("#help");

const desk = new Desk(load(storage));
const session = new Session(desk, api, show);
const commands = commandsOf(session, { choose: () => file.click(), help: () => help.togglePopover() });
const choose = (label) => session.tell({ correct: false, label });
const view = new View(main, choose);
const which = new Combobox(main.querySelector(".combobox"), choose);
const tools = new Tools(main, run);
const paper = new Paper(canvas, (name) => tools.colourOf(name));

function run(command) {
  if (commands[command].can()) commands[command].run();
}

function show() {
  view.show(session);
  which.offer(session.words);
  tools.enable(Object.fromEntries(Object.entries(commands).map(([name, { can }]) => [name, can()])));
}

function showSheet() {
  paper.show(desk.sheet.strokes);
  which.reset();
  save(storage, desk);
}

desk.listen(({ sheet }) => {
  if (sheet) showSheet();
  show();
});

new Pen(canvas, paper, {
  ready() {
    if (desk.flow.phase === "thanked") desk.another();
    return desk.isOpen && !desk.sheet.picture;
  },
  pen: () => tools.pen(),
  grew(stroke, from) {
    paper.grow(stroke, from);
    session.grew(stroke);
    if (from === 0) show();
  },
  done(stroke) {
    paper.dry();
    session.done(stroke);
  },
  dropped() {
    paper.dry();
    session.dropped();
  },
});

acceptPictures({
  file,
  take: (picture) => desk.setPicture(picture),
  refuse: (message) => desk.step("failed", { trouble: { message, retryAt: null, task: null } }),
  dropping: (whether) => main.toggleAttribute("data-dropping", whether && desk.isOpen),
});

function recolour() {
  tools.forgetColours();
  paper.repaint();
}

listenToKeys(document.querySelector("[data-shortcuts]"), run);
canvas.addEventListener("pointermove", (event) => view.voice.look(event));
addEventListener("online", () => session.retry());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
document.addEventListener("themechange", recolour);

showSheet();
session.guessAnew();
show();
