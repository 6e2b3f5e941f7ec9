// Fetches the most similar drawings once the visitor comes near them; the link to them works without this.

const place = document.querySelector("[data-alike]");

async function show() {
  try {
    const answer = await fetch(place.dataset.alike);
    if (!answer.ok) return; // the link is there and says what is wrong
    place.innerHTML = await answer.text();
  } catch {
    // Not reached: the link stays.
  }
}

const watcher = new IntersectionObserver(
  (entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    show();
  },
  { rootMargin: "200px" },
);

if (place) watcher.observe(place);
