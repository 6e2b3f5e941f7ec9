// Names the landmark that Unfold's pages lack, for screen readers.

document.addEventListener("DOMContentLoaded", () => document.querySelector("#main")?.setAttribute("role", "main"));
