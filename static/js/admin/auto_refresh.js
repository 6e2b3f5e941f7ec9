// Keeps <section data-live="address"> fresh while something in it is open: fetches it again and swaps what changed.

const EVERY = 1500; // milliseconds, unless data-every says otherwise

export async function follow(section) {
  const every = Number(section.dataset.every ?? EVERY);
  for (let pause = every; section.querySelector("[data-open]"); ) {
    await new Promise((wake) => setTimeout(wake, pause));
    const news = await fetched(section.dataset.live);
    section.toggleAttribute("data-stale", !news);
    if (news) swap(section, news);
    pause = news ? every : Math.min(pause * 2, 15000);
  }
}

async function fetched(address) {
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" }, redirect: "error" });
    if (!response.ok) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    return null; // the server is away; the next look may find it
  }
}

// Only what changed is replaced, so that focus, selection and open details stay as they are.
function swap(section, news) {
  for (const part of section.querySelectorAll("[data-part]")) {
    const fresh = news.querySelector(`[data-part="${part.dataset.part}"]`);
    if (fresh && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
  }
  section.dispatchEvent(new CustomEvent("fresh", { detail: news }));
}

document.querySelectorAll("[data-live]").forEach(follow);
