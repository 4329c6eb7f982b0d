// @ts-check
/**
 * A preflight in words: figures, limits, ages, the one thing to do. Pure. The texts are those
 * of signaling/locale, which the agents' terminals say as well.
 *
 * @module
 */

/** @import {Text} from "./text.js" */

/**
 * @typedef {object} Finding
 * @property {string} check
 * @property {"ok"|"skipped"|"warn"|"fail"} verdict
 * @property {string} why
 * @property {number|null} figure
 * @property {string} unit
 * @property {number|null} limit
 * @property {string} evidence
 * @property {string} measured_utc
 * @property {boolean} fresh
 */

/**
 * @typedef {object} Preflight
 * @property {string} device
 * @property {string} role
 * @property {string} utc
 * @property {boolean} testing
 * @property {Finding[]} findings - the worst first
 */

/** From here on people think in seconds. */
const LONG_MS = 10_000;

/**
 * "Micro", or that it is another check, with its code.
 *
 * @param {Text} text
 * @param {string} check
 */
export function checkName(text, check) {
  const key = `preflight.check.${check}`;
  return text.knows(key) ? text.say(key) : text.say("preflight.check_other", { code: check });
}

/**
 * A figure with its unit: "42 ms", "50 %", "0,9 GB".
 *
 * @param {Text} text
 * @param {number} figure
 * @param {string} unit
 */
export function figure(text, figure, unit) {
  switch (unit) {
    case "ratio":
      return text.percent(Math.max(0, figure), 1);
    case "bytes":
      return `${decimal(text, figure / 1e9)} GB`;
    case "kbps":
      return `${text.number(figure)} kbit/s`;
    case "ms":
      return Math.abs(figure) < LONG_MS
        ? `${signed(text, figure)} ms`
        : `${signed(text, figure / 1000)} s`;
    case "db":
      return `${signed(text, figure)} dB`;
    case "dbfs":
      return `${signed(text, figure)} dBFS`;
    default:
      return `${decimal(text, figure)} ${unit}`.trim();
  }
}

/**
 * The one thing to do about a finding, or why nothing was found; empty when all is well.
 *
 * @param {Text} text
 * @param {Finding} finding
 */
export function whatToDo(text, { check, verdict, why }) {
  if (verdict === "ok") return "";
  const key = verdict === "skipped" ? `preflight.skipped.${why}` : `preflight.do.${check}.${why}`;
  return text.knows(key) ? text.say(key) : text.say("preflight.do_other", { code: why || check });
}

/**
 * What needs an eye, and what is well or was not looked at.
 *
 * @param {Finding[]} findings
 * @returns {{ill: Finding[], rest: Finding[]}}
 */
export function sorted(findings) {
  const ill = findings.filter(({ verdict }) => verdict === "fail" || verdict === "warn");
  const rest = findings.filter((finding) => !ill.includes(finding));
  return { ill, rest };
}

/** When a finding was made, milliseconds since 1970. @param {{measured_utc: string}} finding */
export function measuredAt({ measured_utc }) {
  return Date.parse(measured_utc);
}

/** 0.93 → "0,9". @param {Text} text @param {number} value */
function decimal(text, value) {
  const [whole, tenth] = Math.abs(value).toFixed(1).split(".");
  const sign = value < 0 ? "−" : "";
  return `${sign}${text.number(Number(whole))}${text.lang === "vi" ? "," : "."}${tenth}`;
}

/** −3 → "−3". @param {Text} text @param {number} value */
function signed(text, value) {
  return `${value < 0 && Math.round(value) ? "−" : ""}${text.number(Math.abs(value))}`;
}
