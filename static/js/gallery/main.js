// Hangs older drawings below as the visitor comes near the end; the link to them works without this.

const wall = document.querySelector("[data-wall]");
const status = document.querySelector("[data-status]");
const AHEAD = "300px"; // before the end of the wall is seen

let busy = false;

/** Fetch the page that the link leads to, and take its drawings and its link to the next one. */
async function hangMore(link) {
  if (busy) return;
  busy = true;
  try {
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const drawings = [...page.querySelectorAll("[data-wall] > *")];
    wall.append(...drawings);
    status.textContent = `${drawings.length} more drawings`;
    // The address follows, so that a reload or a link comes back to about here.
    history.replaceState(null, "", link.href);
    const next = page.querySelector("[data-older]");
    if (next) link.href = next.href;
    else link.remove();
    watcher.unobserve(link);
    if (next) watcher.observe(link); // tells anew whether it is in sight, which may have changed meanwhile
  } catch {
    watcher.disconnect(); // the link is there and does the same
  } finally {
    busy = false;
  }
}

const watcher = new IntersectionObserver(
  (entries) => {
    if (entries.some((entry) => entry.isIntersecting)) hangMore(entries[0].target);
  },
  { rootMargin: AHEAD },
);

const link = document.querySelector("[data-older]");
if (wall && link) watcher.observe(link);
