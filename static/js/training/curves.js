// Draws the curves of a training run: <div data-curves data-history="[…]" data-epochs="12">, again when these change.

import uPlot from "../../vendor/uplot/uPlot.esm.js";
import { HEIGHT, axis, colours, watch } from "../charts/chart_base.js";
import { CHARTS, reach, series } from "./history_series.js";

export function showCurves(root = document) {
  for (const element of root.querySelectorAll("[data-curves]")) new Curves(element);
}

class Curves {
  constructor(element) {
    this.element = element;
    this.charts = CHARTS.map((chart) => this.#draw(chart));
    watch(element, { fit: () => this.#fit(), redraw: () => this.#redraw() });
    new MutationObserver(() => this.#update()).observe(element, { attributeFilter: ["data-history"] });
  }

  get #history() {
    return JSON.parse(this.element.dataset.history);
  }

  #draw(chart) {
    const figure = this.element.appendChild(document.createElement("figure"));
    figure.append(Object.assign(document.createElement("figcaption"), { textContent: chart.title }));
    const colour = colours(this.element);
    const both = axis(this.element);
    const value = (_, number) => (number == null ? "–" : chart.format(number));
    const line = (label, name) => ({ label, stroke: () => colour(name), width: 2, value, points: { size: 5 } });
    const options = {
      ...this.#size(),
      scales: { x: { time: false, range: () => reach(this.#history, Number(this.element.dataset.epochs)) } },
      axes: [{ ...both, incrs: [1, 2, 5, 10, 20, 50, 100] }, { ...both, size: 56, values: (_, ticks) => ticks.map(chart.format) }],
      series: [{ label: "Epoch" }, line("training", "--curve-train"), line("validation", "--curve-held")],
    };
    return { chart, plot: new uPlot(options, series(this.#history, chart), figure) };
  }

  #size() {
    const gap = 24;
    const room = this.element.clientWidth;
    return { width: Math.max(240, room > 640 ? (room - gap) / 2 : room), height: HEIGHT };
  }

  #update() {
    for (const { chart, plot } of this.charts) plot.setData(series(this.#history, chart));
  }

  #fit() {
    for (const { plot } of this.charts) plot.setSize(this.#size());
  }

  #redraw() {
    for (const { plot } of this.charts) plot.redraw();
  }
}
