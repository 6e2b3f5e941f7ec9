// Keeps the curves of a training run as fresh as the rest of its page; see admin/live.js.

import "../admin/auto_refresh.js";
import { showCurves } from "./curves.js";

function grow(section, news) {
  const curves = section.querySelector("[data-curves]");
  const grown = news.querySelector("[data-curves]");
  if (curves && grown && curves.dataset.history !== grown.dataset.history) Object.assign(curves.dataset, grown.dataset);
}

showCurves();
for (const section of document.querySelectorAll("[data-live]")) {
  section.addEventListener("fresh", ({ detail }) => grow(section, detail));
}
