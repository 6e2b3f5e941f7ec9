// Draws the curves of a training run, <div data-curves data-history="[…]" data-epochs="12">, and updates them.

import uPlot from "../../vendor/uplot/uPlot.esm.js";
import { HEIGHT_PX, axisOptions, colourReader, watch } from "../charts/chart_base.js";
import { CHARTS, epochRange, historySeries } from "./history_series.js";

export function showCurves(root = document) {
  for (const element of root.querySelectorAll("[data-curves]")) new Curves(element);
}

class Curves {
  constructor(element) {
    this.element = element;
    this.charts = [];
    this.#update();
    watch(element, { onResize: () => this.#resize(), onThemeChange: () => this.#redraw() });
    new MutationObserver(() => this.#update()).observe(element, { attributeFilter: ["data-history"] });
  }

  get #history() {
    return JSON.parse(this.element.dataset.history);
  }

  #draw(chart) {
    const figure = this.element.appendChild(document.createElement("figure"));
    figure.append(Object.assign(document.createElement("figcaption"), { textContent: chart.title }));
    const colour = colourReader(this.element);
    const shared = axisOptions(this.element);
    const value = (_, number) => (number == null ? "–" : chart.format(number));
    const line = (label, name) => ({ label, stroke: () => colour(name), width: 2, value, points: { size: 5 } });
    const options = {
      ...this.#size(),
      scales: { x: { time: false, range: () => epochRange(this.#history, Number(this.element.dataset.epochs)) } },
      axes: [{ ...shared, incrs: [1, 2, 5, 10, 20, 50, 100] }, { ...shared, size: 56, values: (_, ticks) => ticks.map(chart.format) }],
      series: [{ label: "Epoch" }, line("training", "--curve-train"), line("validation", "--curve-held")],
    };
    return { chart, plot: new uPlot(options, historySeries(this.#history, chart), figure) };
  }

  #size() {
    const gap = 24;
    const width = this.element.clientWidth;
    return { width: Math.max(240, width > 640 ? (width - gap) / 2 : width), height: HEIGHT_PX };
  }

  // The charts appear with the first epoch.
  #update() {
    if (!this.charts.length && this.#history.length) {
      this.element.closest("[hidden]")?.removeAttribute("hidden");
      this.charts = CHARTS.map((chart) => this.#draw(chart));
    }
    for (const { chart, plot } of this.charts) plot.setData(historySeries(this.#history, chart));
  }

  #resize() {
    for (const { plot } of this.charts) plot.setSize(this.#size());
  }

  #redraw() {
    for (const { plot } of this.charts) plot.redraw();
  }
}
