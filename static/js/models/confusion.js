// Names the cell of the confusion matrix that is under the pointer.

for (const form of document.querySelectorAll("[data-matrix]")) {
  const labels = [...form.querySelectorAll(".heat__columns li")].map((item) => item.textContent);
  const output = form.querySelector("output");
  const picture = form.querySelector("[type=image]");
  picture.addEventListener("pointermove", ({ offsetX, offsetY }) => {
    const [actual, predicted] = [offsetY, offsetX].map((offset) => labels[Math.floor((offset / picture.width) * labels.length)]);
    if (!actual || !predicted) return;
    output.textContent = actual === predicted ? `${actual}, recognized` : `${actual} taken for ${predicted}`;
  });
}
