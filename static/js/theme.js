// Sets the chosen theme before the first paint, so that the page does not flash. A plain script: modules run too late.
"use strict";
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  // The admin's theme, as Unfold stores it, is the site's too: "light", "dark" or "auto" as JSON.
  const NAME = "adminTheme";
  const OLD_NAME = "theme"; // of the site alone, until 2026

  function loadTheme() {
    try {
      return JSON.parse(localStorage.getItem(NAME)) ?? localStorage.getItem(OLD_NAME);
    } catch {
      return null; // storage is blocked: follow the system
    }
  }

  function saveTheme(theme) {
    try {
      localStorage.setItem(NAME, JSON.stringify(theme));
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
