// The results: the player confirms that the drawings are what was asked for, and shares them.

import * as api from "../api.js";

const confirm = document.querySelector("[data-confirm]");
const share = document.querySelector("[data-share]");
const status = document.querySelector("[data-status]");

// A drawing that was taken for its word was rightly guessed; any other is what was asked for all the same.
confirm?.addEventListener("click", async () => {
  confirm.ariaDisabled = "true";
  try {
    for (const { id, word, guess } of JSON.parse(document.getElementById("rounds").textContent)) {
      await api.tell({ id }, guess === word ? { correct: true } : { correct: false, label: word });
    }
    status.textContent = "Thank you! The next network learns from them.";
    confirm.hidden = true;
  } catch (error) {
    status.textContent = error.detail || "I can’t reach the server. Try again in a moment.";
    confirm.ariaDisabled = "false";
  }
});

share?.addEventListener("click", async () => {
  const link = { title: document.title, url: location.href };
  try {
    if (navigator.share) await navigator.share(link);
    else {
      await navigator.clipboard.writeText(link.url);
      status.textContent = "The link is copied.";
    }
  } catch {
    status.textContent = `Here is the link: ${link.url}`;
  }
});
