// Loads older drawings when the visitor scrolls near the end. Without this script the link works.

const wall = document.querySelector("[data-wall]");
const status = document.querySelector("[data-status]");
const MARGIN = "300px"; // loads this far before the link is visible

let isLoading = false;

/** Fetch the linked page, append its drawings, and point the link to the page after it. */
async function loadMore(link) {
  if (isLoading) return;
  isLoading = true;
  try {
    const response = await fetch(link.href);
    if (!response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const drawings = [...page.querySelectorAll("[data-wall] > *")];
    wall.append(...drawings);
    status.textContent = `${drawings.length} more drawings`;
    // Update the address, so that a reload or a shared link returns to about this position.
    history.replaceState(null, "", link.href);
    const next = page.querySelector("[data-older]");
    if (next) link.href = next.href;
    else link.remove();
    observer.unobserve(link);
    if (next) observer.observe(link); // observing again reports whether the link is visible now
  } catch {
    observer.disconnect(); // the link remains and loads the same page
  } finally {
    isLoading = false;
  }
}

const observer = new IntersectionObserver(
  (entries) => {
    if (entries.some((entry) => entry.isIntersecting)) loadMore(entries[0].target);
  },
  { rootMargin: MARGIN },
);

const link = document.querySelector("[data-older]");
if (wall && link) observer.observe(link);
