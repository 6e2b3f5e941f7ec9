// Updates the curves of a training run whenever the page refreshes itself; see admin/auto_refresh.js.

import "../admin/auto_refresh.js";
import { showCurves } from "./curves.js";

function updateCurves(section, page) {
  const curves = section.querySelector("[data-curves]");
  const fresh = page.querySelector("[data-curves]");
  if (curves && fresh && curves.dataset.history !== fresh.dataset.history) Object.assign(curves.dataset, fresh.dataset);
}

showCurves();
for (const section of document.querySelectorAll("[data-live]")) {
  section.addEventListener("fresh", ({ detail }) => updateCurves(section, detail));
}
