// Says under the pointer what a cell of the confusion matrix is about.

const labels = JSON.parse(document.querySelector("#labels").textContent);

for (const form of document.querySelectorAll("[data-matrix]")) {
  const cell = Number(form.dataset.cell);
  const output = form.querySelector("output");
  form.querySelector("[type=image]").addEventListener("pointermove", ({ offsetX, offsetY }) => {
    const is = labels[Math.floor(offsetY / cell)];
    const said = labels[Math.floor(offsetX / cell)];
    if (is && said) output.textContent = is === said ? `${is}, recognized` : `${is} taken for ${said}`;
  });
}
