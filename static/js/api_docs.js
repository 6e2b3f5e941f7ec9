// Tells Swagger UI whether the page is dark. A plain script: it runs before the first paint.
"use strict";
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const update = () => root.classList.toggle("dark-mode", root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  update();
  system.addEventListener("change", update);
  document.addEventListener("themechange", update);
})();
