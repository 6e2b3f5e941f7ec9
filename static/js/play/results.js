// The results of a game: the player confirms the labels of their drawings and shares the page.

import * as api from "../api.js";

const confirmButton = document.querySelector("[data-confirm]");
const shareButton = document.querySelector("[data-share]");
const status = document.querySelector("[data-status]");

// Each drawing shows the requested word: the guess was correct if it named this word, otherwise the word is the right label.
confirmButton?.addEventListener("click", async () => {
  confirmButton.ariaDisabled = "true";
  try {
    for (const { id, word, guess } of JSON.parse(document.getElementById("rounds").textContent)) {
      await api.sendFeedback({ id }, guess === word ? { correct: true } : { correct: false, label: word });
    }
    status.textContent = "Thank you! The next network learns from them.";
    confirmButton.hidden = true;
  } catch (error) {
    status.textContent = error.detail || "I can’t reach the server. Try again in a moment.";
    confirmButton.ariaDisabled = "false";
  }
});

shareButton?.addEventListener("click", async () => {
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
