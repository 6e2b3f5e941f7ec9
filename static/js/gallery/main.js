// Loads more drawings when the visitor scrolls near the end, and shows them again after Back. Without it the links work.

const wall = document.querySelector("[data-wall]");
const link = document.querySelector("[data-older]");
const status = document.querySelector("[data-status]");
const MARGIN = "300px"; // loads this far before the link is visible

let isLoading = false;

/** Fetch the linked page, append its drawings, and point the link to the page after it. */
async function loadMore() {
  if (isLoading) return;
  isLoading = true;
  try {
    const response = await fetch(link.href);
    if (!response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const drawings = [...page.querySelectorAll("[data-wall] > *")];
    wall.append(...drawings);
    status.textContent = `${drawings.length} more drawings`;
    pointLink(page.querySelector("[data-older]")?.href);
    remember({ drawings: wall.innerHTML, next: link.isConnected ? link.href : "" });
    observer.unobserve(link);
    if (link.isConnected) observer.observe(link); // observing again reports whether the link is visible now
  } catch {
    observer.disconnect(); // the link remains and loads the same page
  } finally {
    isLoading = false;
  }
}

// Without an address there are no more drawings.
function pointLink(address) {
  if (address && link) link.href = address;
  else link?.remove();
}

// The browser keeps this with the page in its history, also where it does not keep the page itself.
function remember(change) {
  history.replaceState({ ...history.state, ...change }, "");
}

// Shows what was loaded before the visitor left; the browser itself scrolls there. A reload begins with the newest.
function restore({ drawings, next, opened }) {
  if (drawings) {
    wall.innerHTML = drawings;
    pointLink(next);
  }
  if (opened) wall.querySelector(`a[href="${opened}"]`)?.focus({ preventScroll: true });
}

const observer = new IntersectionObserver(
  (entries) => {
    if (entries.some((entry) => entry.isIntersecting)) loadMore();
  },
  { rootMargin: MARGIN },
);

if (wall) {
  if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") restore(history.state ?? {});
  else remember({ drawings: "", opened: "" });
  // A click without a pointer is one from the keyboard, whose focus is to come back as well.
  wall.addEventListener("click", ({ detail, target }) => {
    remember({ opened: detail === 0 ? target.closest("a")?.getAttribute("href") : "" });
  });
  if (link?.isConnected) observer.observe(link);
}
