// Loads the most similar drawings when the visitor scrolls near them. Without this script the link works.

const container = document.querySelector("[data-alike]");

async function load() {
  try {
    const response = await fetch(container.dataset.alike);
    if (!response.ok) return; // the link remains and its page shows the error
    container.innerHTML = await response.text();
  } catch {
    // the server is unreachable; the link remains
  }
}

const observer = new IntersectionObserver(
  (entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    load();
  },
  { rootMargin: "200px" },
);

if (container) observer.observe(container);
