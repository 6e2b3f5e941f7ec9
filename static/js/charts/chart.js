// Draws every <div data-chart="…"> of the page: lines of proportions or other numbers, with error bars.
// The data comes from training/jobs/charts.py.

import uPlot from "../../vendor/uplot/uPlot.esm.js";
import { HEIGHT_PX, axisOptions, colourReader, watch } from "./chart_base.js";
import { formatTick, formatPercent, legendText, tickPlaces, toColumns, xRange, yRange } from "./chart_data.js";

const DATE_WIDTH_PX = 110;
const LINE_COLOURS = ["--curve-train", "--curve-held", "--curve-third", "--curve-fourth", "--curve-fifth", "--curve-sixth"];
const WHOLE_STEPS = [1, 2, 5].flatMap((step) => [0, 1, 2, 3, 4, 5].map((power) => step * 10 ** power)).sort((a, b) => a - b);
const SOLID_LINES = 3; // further ones are dashed, so that colour does not tell them apart alone

class Chart {
  constructor(element) {
    this.element = element;
    this.chart = JSON.parse(element.dataset.chart);
    this.plot = new uPlot(this.#options(), toColumns(this.chart), element);
    watch(element, { onResize: () => this.plot.setSize(this.#size()), onThemeChange: () => this.plot.redraw() });
  }

  #options() {
    const { chart, element } = this;
    const shared = axisOptions(element);
    return {
      ...this.#size(),
      padding: [null, chart.axis === "time" ? DATE_WIDTH_PX / 3 : null, null, null], // room for the last date
      scales: { x: { time: chart.axis === "time", range: () => xRange(chart) }, y: { range: () => yRange(chart) } },
      axes: [{ ...shared, ...this.#xTicks() }, { ...shared, ...this.#yTicks(), size: 56, values: (_, ticks) => ticks.map((tick) => formatTick(chart, tick)) }],
      series: [this.#xSeries(), ...chart.lines.map((line, index) => this.#line(line, index))],
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      hooks: { draw: [(plot) => this.#drawIntervals(plot)] },
    };
  }

  #xTicks() {
    if (this.chart.axis === "share") return { values: (_, ticks) => ticks.map((tick) => `${Math.round(tick * 100)}\u00a0%`) };
    if (this.chart.axis === "number") return { incrs: [1, 2, 5, 10, 20, 50, 100] };
    return { splits: (plot) => tickPlaces(this.chart.places, plot.width / DATE_WIDTH_PX), values: (_, ticks) => ticks.map(day) };
  }

  #yTicks() {
    return this.chart.unit === "count" ? { incrs: WHOLE_STEPS } : {};
  }

  #xSeries() {
    const { axis: kind, title } = this.chart;
    const format = { time: day, share: formatPercent, number: String }[kind];
    // While no pointer is over the chart, the legend shows the last place.
    return { label: title, value: (_, place) => format(place ?? this.chart.places.at(-1)) };
  }

  #line(line, index) {
    const colour = colourReader(this.element);
    const name = line.is_guide ? "--curve-text" : LINE_COLOURS[index % LINE_COLOURS.length];
    return {
      label: line.name,
      stroke: () => colour(name),
      width: line.is_guide ? 1 : 2,
      dash: line.is_guide || index >= SOLID_LINES ? [6, 6] : undefined,
      points: { show: !line.is_guide, size: 6, fill: () => colour(name) },
      value: (_, __, ___, index) => legendText(line, index ?? this.chart.places.length - 1, this.chart),
    };
  }

  #drawIntervals(plot) {
    const { ctx: context } = plot;
    const colour = colourReader(this.element);
    context.save();
    context.lineWidth = devicePixelRatio;
    context.setLineDash([]);
    this.chart.lines.forEach(({ low, high }, index) => {
      context.strokeStyle = colour(LINE_COLOURS[index % LINE_COLOURS.length]);
      low.forEach((lower, i) => {
        if (lower == null) return;
        const x = plot.valToPos(this.chart.places[i], "x", true);
        context.beginPath();
        context.moveTo(x, plot.valToPos(lower, "y", true));
        context.lineTo(x, plot.valToPos(high[i], "y", true));
        context.stroke();
      });
    });
    context.restore();
  }

  #size() {
    return { width: Math.max(240, this.element.clientWidth), height: HEIGHT_PX };
  }
}

function day(seconds) {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

for (const element of document.querySelectorAll("[data-chart]")) new Chart(element);
