// Refreshes <section data-live="address"> while it contains [data-open]: fetches the page again and replaces changed parts.

const INTERVAL_MS = 1500; // default of data-every
const MAX_INTERVAL_MS = 15_000; // after repeated failures

export async function refreshRepeatedly(section) {
  const interval = Number(section.dataset.every ?? INTERVAL_MS);
  for (let pause = interval; section.querySelector("[data-open]"); ) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const page = await fetchPage(section.dataset.live);
    section.toggleAttribute("data-stale", !page);
    if (page) replaceParts(section, page);
    pause = page ? interval : Math.min(pause * 2, MAX_INTERVAL_MS);
  }
}

async function fetchPage(address) {
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" }, redirect: "error" });
    if (!response.ok) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    return null; // the server is unreachable; the next attempt may succeed
  }
}

// Replaces only parts that changed, so that focus, selection and open details are kept.
function replaceParts(section, page) {
  for (const part of section.querySelectorAll("[data-part]")) {
    const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
    if (fresh && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
  }
  section.dispatchEvent(new CustomEvent("fresh", { detail: page }));
}

document.querySelectorAll("[data-live]").forEach(refreshRepeatedly);
