// The page of a drawing: a button replays it, with the guess after each stroke.
import "./similar_drawings.js";
import { offerSharing } from "../share.js";
import { countFinished, scaleTimes, strokeProgress } from "./replay.js";

const button = document.querySelector("[data-replay]");
const paths = [...document.querySelectorAll("[data-picture] path")];
const steps = [...document.querySelectorAll("[data-growing] li")];
const times = scaleTimes(JSON.parse(document.getElementById("times").textContent));

offerSharing(document.querySelector("[data-share]"), () => location.pathname);

let frame = 0;

function replay() {
  cancelAnimationFrame(frame);
  for (const path of paths) {
    path.setAttribute("pathLength", "1");
    path.style.strokeDasharray = "1";
  }
  const startedAt = performance.now();
  const end = Math.max(...times.map(([, last]) => last));
  const tick = () => {
    const now = performance.now() - startedAt;
    strokeProgress(now, times).forEach((progress, index) => showStroke(paths[index], progress));
    markGuess(countFinished(now, times));
    if (now < end) frame = requestAnimationFrame(tick);
    else finish();
  };
  tick();
}

/** Show the given fraction of a stroke, 0 to 1. At 0 it is hidden, because its round cap would show. */
function showStroke(path, progress) {
  path.style.visibility = progress > 0 ? "visible" : "hidden";
  path.style.strokeDashoffset = String(1 - progress);
}

/** Mark the guess that was current after this number of strokes. */
function markGuess(strokes) {
  const current = steps.findLast((step) => Number(step.dataset.strokes) <= strokes);
  for (const step of steps) step.toggleAttribute("data-now", step === current);
}

function finish() {
  for (const path of paths) {
    path.removeAttribute("pathLength");
    path.removeAttribute("style");
  }
  markGuess(0);
}

if (matchMedia("(prefers-reduced-motion: reduce)").matches) button?.remove();
else button?.addEventListener("click", replay);
