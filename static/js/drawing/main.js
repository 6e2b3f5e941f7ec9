// A drawing's page: the button that draws it once more, with the guess beside it as it changed.
import "./similar_drawings.js";
import { drawnBy, paced, strokesBy } from "./replay.js";

const button = document.querySelector("[data-replay]");
const paths = [...document.querySelectorAll("[data-picture] path")];
const steps = [...document.querySelectorAll("[data-growing] li")];
const times = paced(JSON.parse(document.getElementById("times").textContent));

let frame = 0;

function replay() {
  cancelAnimationFrame(frame);
  for (const path of paths) {
    path.setAttribute("pathLength", "1");
    path.style.strokeDasharray = "1";
  }
  const started = performance.now();
  const end = Math.max(...times.map(([, last]) => last));
  const tick = () => {
    const now = performance.now() - started;
    drawnBy(now, times).forEach((share, index) => show(paths[index], share));
    mark(strokesBy(now, times));
    if (now < end) frame = requestAnimationFrame(tick);
    else finish();
  };
  tick();
}

/** Show the first part of a stroke; nothing of it before it starts, not even a round end. */
function show(path, share) {
  path.style.visibility = share > 0 ? "visible" : "hidden";
  path.style.strokeDashoffset = String(1 - share);
}

/** Mark what was said when so many strokes were drawn. */
function mark(strokes) {
  const now = steps.findLast((step) => Number(step.dataset.strokes) <= strokes);
  for (const step of steps) step.toggleAttribute("data-now", step === now);
}

function finish() {
  for (const path of paths) {
    path.removeAttribute("pathLength");
    path.removeAttribute("style");
  }
  mark(0);
}

if (matchMedia("(prefers-reduced-motion: reduce)").matches) button?.remove();
else button?.addEventListener("click", replay);
