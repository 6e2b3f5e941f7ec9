// Connects the parts of the game page.

import * as api from "../api.js";
import { DrawingCanvas } from "../draw/canvas/canvas.js";
import { PointerInput } from "../draw/canvas/pointer_input.js";
import { listenToKeys } from "../draw/controls/keyboard.js";
import { Toolbar } from "../draw/controls/toolbar.js";
import { Guesser } from "../draw/guesser.js";
import { describeFailure } from "../draw/messages/error_messages.js";
import { toApiContent } from "../draw/requests.js";
import { storage } from "../draw/state/storage.js";
import { canRedo, canUndo } from "../draw/state/undo_history.js";
import * as game from "./game_state.js";
import { GameView } from "./game_view.js";
import { Outbox } from "./outbox.js";
import { loadGame, saveGame } from "./saved_game.js";
import { Speech } from "./speech.js";

const TICK_MS = 100;
const PEN = { colour: "ink", width: "medium" };

const main = document.querySelector("main");
const facts = JSON.parse(document.getElementById("facts").textContent); // {game, words, drawn, unknown, seconds}
const view = new GameView(main, facts.unknown);
const speech = new Speech(document.querySelector("[data-aloud]"));
const canvas = new DrawingCanvas(main.querySelector("canvas"), () => getComputedStyle(main).color);
const toolbar = new Toolbar(main, run);

let state = loadGame(storage, facts);
let latest = null; // the guess about the present sheet, and the strokes it is about: {guess, strokes}

const guesser = new Guesser({
  request: api.requestGuess,
  onGuess(guess, { strokes }) {
    if (state.phase !== "drawing") return;
    latest = { guess, strokes };
    view.showError("");
    view.showGuess(state, guess);
    winIfGuessed();
    if (state.phase === "drawing") speech.speak(view.guessText);
  },
  onError: (error) => view.showError(describeFailure(error, "guess").message),
});

const outbox = new Outbox({
  store: api.storeDrawing,
  getUnsent: () => state.unsent.map((drawing) => ({ ...drawing, game: facts.game })),
  onSent(key) {
    view.showError("");
    setState(game.markSent(state, key));
  },
  onError: (error) => view.showError(describeFailure(error, "store").message),
});

const pointer = new PointerInput(main.querySelector("canvas"), canvas, {
  canStart: () => state.phase === "drawing",
  pen: () => PEN,
  onExtend(stroke, from) {
    canvas.extendStroke(stroke, from);
    requestGuess(stroke);
  },
  onFinish(stroke) {
    canvas.endStroke();
    setStrokes(game.addStroke(state, stroke));
  },
  onCancel() {
    canvas.endStroke();
    setStrokes(state);
  },
});

// Asks about the strokes as they are when the request starts, with the one that is being drawn.
function requestGuess(...current) {
  guesser.update(() => structuredClone(toApiContent({ strokes: [...state.strokes, ...current], picture: null })));
}

function winIfGuessed() {
  if (!latest || !game.isWonBy(state, latest.guess, Date.now())) return;
  const won = { strokes: latest.strokes, model_version: latest.guess.model_version };
  setState(game.winRound(withCurrentStroke(), won, Date.now()));
  speech.speak(view.winText(state), { isUrgent: true });
}

// Lifts the pen and adds the unfinished stroke: it belongs to the round that ends.
function withCurrentStroke() {
  const stroke = pointer.lift();
  canvas.endStroke();
  return stroke ? game.addStroke(state, stroke) : state;
}

function setState(next) {
  state = next;
  saveGame(storage, facts.game, state);
  if (state.phase !== "drawing") dropGuess();
  canvas.show(state.strokes);
  view.show(state);
  toolbar.enable(Object.fromEntries(Object.entries(commands).map(([name, { isAvailable }]) => [name, isAvailable()])));
  if (state.unsent.length) outbox.send();
  else if (state.phase === "done") location.replace(`/play/${facts.game}/results/`);
}

// Sets a state whose strokes changed, and requests another guess.
function setStrokes(next) {
  setState(next);
  dropGuess();
  if (state.strokes.length) requestGuess();
  else view.showGuess(state, null);
}

function dropGuess() {
  guesser.cancel();
  latest = null;
}

function tick() {
  const now = Date.now();
  const next = game.endHold(state, now);
  if (next !== state) setState(next);
  if (state.phase !== "drawing") return;
  const remaining = game.remainingTime(state, now, facts.seconds);
  view.showTime(remaining, facts.seconds);
  if (remaining === 0) setState(game.loseRound(withCurrentStroke()));
  else winIfGuessed(); // an early guess that has only now lasted long enough
}

const isDrawing = () => state.phase === "drawing";
const commands = {
  go: {
    isAvailable: () => state.phase === "card",
    run() {
      setStrokes(game.startRound(state, Date.now()));
      tick();
    },
  },
  undo: { isAvailable: () => isDrawing() && canUndo(state), run: () => setStrokes(game.undo(state)) },
  redo: { isAvailable: () => isDrawing() && canRedo(state), run: () => setStrokes(game.redo(state)) },
  clear: { isAvailable: () => isDrawing() && state.strokes.length > 0, run: () => setStrokes(game.clearStrokes(state)) },
  skip: { isAvailable: isDrawing, run: () => setState(game.loseRound(withCurrentStroke())) },
  help: { isAvailable: () => true, run: () => document.querySelector("#help").togglePopover() },
};

function run(name) {
  if (commands[name]?.isAvailable()) commands[name].run();
}

listenToKeys(document.querySelector("[data-shortcuts]"), run);
addEventListener("online", () => outbox.send());

if (state.phase === "drawing") setStrokes(state);
else setState(state);
setInterval(tick, TICK_MS);
