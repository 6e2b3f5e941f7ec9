// Single-key shortcuts for the buttons of the review pages.

const keys = new Map([...document.querySelectorAll("[data-key]")].map((element) => [element.dataset.key, element]));

document.addEventListener("keydown", (event) => {
  const element = keys.get(event.key.toLowerCase());
  if (!element || event.altKey || event.ctrlKey || event.metaKey || event.target.matches("input:not([type=hidden])")) return;
  event.preventDefault();
  if (element.matches("input")) element.select();
  else element.click();
});
