// What all charts have in common: colours of the theme, axes, and room that changes.

export const HEIGHT = 220; // pixels

// Returns a function that reads a colour of the page; charts ask anew whenever they are drawn.
export function colours(element) {
  return (name) => getComputedStyle(element).getPropertyValue(name).trim();
}

export function axis(element) {
  const colour = colours(element);
  return { stroke: () => colour("--curve-text"), grid: { stroke: () => colour("--curve-grid"), width: 1 }, ticks: { show: false } };
}

// Calls `fit` when there is more or less room, and `redraw` when the theme changes.
export function watch(element, { fit, redraw }) {
  new ResizeObserver(fit).observe(element);
  new MutationObserver(redraw).observe(document.documentElement, { attributes: true });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}
