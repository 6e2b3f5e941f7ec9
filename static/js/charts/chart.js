// Draws every <div data-chart="…"> of the page: lines of shares, with bars for their intervals. Python: pages/charts.py.

import uPlot from "../../vendor/uplot/uPlot.esm.js";
import { HEIGHT, axis, colours, watch } from "./chart_base.js";
import { columns, percent, reach, some, told, width } from "./chart_data.js";

const ROOM = 110; // pixels that a date takes
const COLOURS = ["--curve-train", "--curve-held", "--curve-third"];

class Chart {
  constructor(element) {
    this.element = element;
    this.chart = JSON.parse(element.dataset.chart);
    this.plot = new uPlot(this.#options(), columns(this.chart), element);
    watch(element, { fit: () => this.plot.setSize(this.#size()), redraw: () => this.plot.redraw() });
  }

  #options() {
    const { chart, element } = this;
    const both = axis(element);
    return {
      ...this.#size(),
      padding: [null, chart.axis === "time" ? ROOM / 3 : null, null, null], // for the last date
      scales: { x: { time: chart.axis === "time", range: () => width(chart) }, y: { range: () => reach(chart) } },
      axes: [{ ...both, ...this.#places() }, { ...both, size: 56, values: (_, ticks) => ticks.map((tick) => `${Math.round(tick * 100)}%`) }],
      series: [this.#across(), ...chart.lines.map((line, index) => this.#line(line, index))],
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      hooks: { draw: [(plot) => this.#drawIntervals(plot)] },
    };
  }

  #places() {
    if (this.chart.axis === "share") return { values: (_, ticks) => ticks.map((tick) => `${Math.round(tick * 100)}%`) };
    if (this.chart.axis === "version") return { incrs: [1, 2, 5, 10, 20, 50, 100] };
    return { splits: (plot) => some(this.chart.places, plot.width / ROOM), values: (_, ticks) => ticks.map(day) };
  }

  #across() {
    const { axis: kind, title } = this.chart;
    const format = { time: day, share: percent, version: String }[kind];
    // Where nobody points at the chart, its legend tells of the last place.
    return { label: title, value: (_, place) => format(place ?? this.chart.places.at(-1)) };
  }

  #line(line, index) {
    const colour = colours(this.element);
    const name = line.is_guide ? "--curve-text" : COLOURS[index % COLOURS.length];
    return {
      label: line.name,
      stroke: () => colour(name),
      width: line.is_guide ? 1 : 2,
      dash: line.is_guide ? [6, 6] : undefined,
      points: { show: !line.is_guide, size: 6, fill: () => colour(name) },
      value: (_, __, ___, place) => told(line, place ?? this.chart.places.length - 1),
    };
  }

  #drawIntervals(plot) {
    const { ctx: pen } = plot;
    const colour = colours(this.element);
    pen.save();
    pen.lineWidth = devicePixelRatio;
    pen.setLineDash([]);
    this.chart.lines.forEach(({ low, high }, index) => {
      pen.strokeStyle = colour(COLOURS[index % COLOURS.length]);
      low.forEach((end, place) => {
        if (end == null) return;
        const x = plot.valToPos(this.chart.places[place], "x", true);
        pen.beginPath();
        pen.moveTo(x, plot.valToPos(end, "y", true));
        pen.lineTo(x, plot.valToPos(high[place], "y", true));
        pen.stroke();
      });
    });
    pen.restore();
  }

  #size() {
    return { width: Math.max(240, this.element.clientWidth), height: HEIGHT };
  }
}

function day(seconds) {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

for (const element of document.querySelectorAll("[data-chart]")) new Chart(element);
