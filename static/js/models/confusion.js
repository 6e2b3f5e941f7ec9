// Describes the confusion matrix cell under the pointer.

const labels = JSON.parse(document.querySelector("#labels").textContent);

for (const form of document.querySelectorAll("[data-matrix]")) {
  const cellSize = Number(form.dataset.cell);
  const output = form.querySelector("output");
  form.querySelector("[type=image]").addEventListener("pointermove", ({ offsetX, offsetY }) => {
    const actual = labels[Math.floor(offsetY / cellSize)];
    const predicted = labels[Math.floor(offsetX / cellSize)];
    if (!actual || !predicted) return;
    output.textContent = actual === predicted ? `${actual}, recognized` : `${actual} taken for ${predicted}`;
  });
}
