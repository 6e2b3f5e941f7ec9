// Sets the chosen theme before the first paint, so that the page does not flash. A plain script: modules run too late.
"use strict";
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  function loadTheme() {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage is blocked: follow the system
    }
  }

  function saveTheme(theme) {
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // storage is blocked
    }
  }

  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
  }

  const theme = loadTheme();
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;

  document.addEventListener("DOMContentLoaded", () => {
    const toggle = document.querySelector("[data-theme-toggle]");
    const show = () => toggle.setAttribute("aria-pressed", String(isDark()));
    show();
    system.addEventListener("change", show);
    toggle.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      saveTheme(root.dataset.theme);
      show();
      document.dispatchEvent(new Event("themechange"));
    });
  });
})();
