// The buttons that share a drawing's page or copy its address.

// root: the element of share.html. address() returns the path of the page to share.
export function offerSharing(root, address) {
  const find = (selector) => root.querySelector(selector);
  const say = (text) => (find("[data-share-status]").textContent = text);
  const link = () => new URL(address(), location).href;
  const share = find("[data-share-link]");
  if (share) share.hidden = !navigator.share;
  share?.addEventListener("click", async () => {
    say("");
    // The person may close the browser's dialog again, which rejects.
    await navigator.share({ title: "A drawing on doodlesite", url: link() }).catch(() => {});
  });
  find("[data-copy-link]")?.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(link()); // missing without HTTPS
      say("The link is copied.");
    } catch {
      say(`Here is the link: ${link()}`);
    }
  });
}
