// Says in words when a schedule of the kind "crontab" is due, as it is chosen.

const readable = JSON.parse(document.getElementById("readable-crontabs").textContent);
const field = document.querySelector(".field-crontab");
const select = document.getElementById("id_crontab");

if (field && select) {
  const words = document.createElement("p");
  words.setAttribute("role", "status");
  field.append(words);
  const tell = () => {
    words.textContent = readable[select.value] ?? "";
  };
  select.addEventListener("change", tell);
  tell();
}

for (const raw of document.querySelectorAll(".field-crontab_translation")) raw.hidden = true;
