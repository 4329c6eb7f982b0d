// @ts-check
/**
 * The last hour of a hall's line, or its last five minutes: what was lost, made up and frozen
 * in percent, and the rate. Drawn only while a hall's details are open; the library comes then.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html, useEffect, useRef, useSignal } from "../shared/ui.js";
import { readLink } from "./api.js";

/** @import {LinkColumns} from "./answer.d.ts" */
/** @import {Options, Values} from "../vendor/uplot.js" */

const AGAIN_MS = 5_000;
const HEIGHT = 180;

/** Told apart by their dashes too. */
const LINES = /** @type {const} */ ([
  { key: "loss_ratio", stroke: "#ff8a5c", dash: [], mark: "solid" },
  { key: "concealed_ratio", stroke: "#ffd24d", dash: [6, 4], mark: "dashed" },
  { key: "frozen_ratio", stroke: "#7cc4ff", dash: [2, 3], mark: "dotted" },
]);
/** Of the times, the lines and the rate: what stands beside each name in the legend. */
const MARKS = ["none", ...LINES.map(({ mark }) => mark), "double"];

/** @param {{code: string}} props */
export function LinkChart({ code }) {
  const say = text.value;
  const span = useSignal(/** @type {"minutes"|"seconds"} */ ("minutes"));
  const columns = useColumns(code, span.value);
  const box = useChart(columns);
  const choice = (/** @type {"minutes"|"seconds"} */ name) =>
    html`<button class="filter" aria-pressed=${String(span.value === name)}
      onClick=${() => (span.value = name)}>${say.say(`chart.${name}`)}</button>`;
  const empty = columns !== null && columns.at.length === 0;
  return html`<h3 class="detail-head">${say.say("chart.title")}</h3>
    <div class="deeds-row" role="group">${choice("minutes")} ${choice("seconds")}</div>
    ${empty && html`<p class="chart-none">${say.say("chart.none")}</p>`}
    <div class="chart" ref=${box} hidden=${empty} role="img"
      aria-label=${columns ? summary(columns) : say.say("chart.title")}></div>`;
}

/** The same in words, for who cannot see the lines. @param {LinkColumns} columns */
function summary(columns) {
  const say = text.value;
  const parts = LINES.map(({ key }) => {
    const known = columns[key].filter((value) => value !== null);
    const mean = known.length ? known.reduce((a, b) => a + b, 0) / known.length : 0;
    return `${say.say(`chart.${key}`)} ${say.percent(mean, 1)}`;
  });
  return `${say.say("chart.title")}: ${parts.join(", ")}`;
}

/** @param {string} code @param {"minutes"|"seconds"} span */
function useColumns(code, span) {
  const found = useSignal(/** @type {LinkColumns|null} */ (null));
  useEffect(() => {
    const read = async () => {
      const answer = await readLink(code);
      if (answer.kind === "done")
        found.value = /** @type {LinkColumns} */ (/** @type {unknown} */ (answer.body?.[span]));
    };
    void read();
    const timer = setInterval(() => void read(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [code, span]);
  return found.value;
}

/** @param {LinkColumns|null} columns */
function useChart(columns) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const plot = useRef(/** @type {import("../vendor/uplot.js").default|null} */ (null));
  useEffect(() => {
    if (columns === null || columns.at.length === 0) return;
    if (plot.current) plot.current.setData(series(columns));
    else void draw(columns, /** @type {HTMLElement} */ (box.current), plot);
  }, [columns]);
  useEffect(() => () => plot.current?.destroy(), []);
  return box;
}

/**
 * @param {LinkColumns} columns
 * @param {HTMLElement} target
 * @param {{current: import("../vendor/uplot.js").default|null}} plot
 */
async function draw(columns, target, plot) {
  const { default: uPlot } = await import("../vendor/uplot.js");
  if (!target.isConnected || plot.current) return;
  plot.current = new uPlot(options(target.clientWidth), series(columns), target);
}

/** @param {LinkColumns} columns @returns {Values[]} */
function series(columns) {
  const percent = (/** @type {(number|null)[]} */ ratios) =>
    ratios.map((ratio) => (ratio === null ? null : ratio * 100));
  return [
    columns.at.map((at) => at / 1000),
    ...LINES.map(({ key }) => percent(columns[key])),
    columns.bitrate_kbps,
  ];
}

/** @param {number} width @returns {Options} */
function options(width) {
  const say = text.value;
  const shown = (/** @type {string} */ unit) => (/** @type {unknown} */ _plot, /** @type {number|null} */ raw) =>
    raw === null ? "–" : `${say.number(Math.round(raw * 10) / 10)} ${unit}`;
  const grid = { stroke: "#2a3846", width: 1 };
  return {
    width,
    height: HEIGHT,
    cursor: { show: true },
    legend: { markers: { dash: (_plot, line) => MARKS[line] ?? "solid" } },
    scales: { "%": { range: (_plot, _min, max) => [0, Math.max(10, max || 0)] } },
    axes: [
      { stroke: "#b7c5d3", grid, values: (_plot, ticks) => ticks.map((at) => say.hour(at * 1000)) },
      { scale: "%", stroke: "#b7c5d3", grid, size: 44, values: (_plot, ticks) => ticks.map((n) => `${n}%`) },
      { scale: "kbit/s", side: 1, stroke: "#b7c5d3", grid: { show: false }, size: 60 },
    ],
    series: [
      { label: say.say("chart.time"), value: (_plot, at) => (at === null ? "–" : say.clock(at * 1000)) },
      ...LINES.map(({ key, stroke, dash }) => ({
        label: say.say(`chart.${key}`),
        scale: "%",
        stroke,
        dash: [...dash],
        width: 2,
        value: shown("%"),
      })),
      {
        label: say.say("chart.bitrate_kbps"),
        scale: "kbit/s",
        stroke: "#6f8498",
        width: 1,
        value: shown("kbit/s"),
      },
    ],
  };
}
