// Describes the selected crontab schedule in description.

const descriptions = JSON.parse(document.getElementById("readable-crontabs").textContent);
const field = document.querySelector(".field-crontab");
const select = document.getElementById("id_crontab");

if (field && select) {
  const description = document.createElement("p");
  description.setAttribute("role", "status");
  field.append(description);
  const update = () => {
    description.textContent = descriptions[select.value] ?? "";
  };
  select.addEventListener("change", update);
  update();
}

for (const raw of document.querySelectorAll(".field-crontab_translation")) raw.hidden = true;
