// @ts-check
/**
 * What became of an order to the server, as the host may be told. Nothing counts as done
 * before the server says that it is recorded. Pure.
 *
 *     null ─send─▶ sent ─5 s─▶ slow ─┬─▶ recorded
 *                    └───────────────┼─▶ refused
 *                                    └─▶ unreachable
 *
 * The feed has the last word: when it shows what was ordered, that is recorded, and when it
 * shows another phase, what was said of an order before it is out of date.
 *
 * @module
 */

/** @import {Text} from "../shared/text.js" */
/** @import {Answer} from "../shared/api.js" */

/** An answer later than this is worth a word. */
export const SLOW_MS = 5_000;

/**
 * @typedef {object} Order
 * @property {string} name - start, way_back, check_in, rehearsal, branch_meetings, closed, postponed, pause, resume, floor or source
 * @property {"sent"|"slow"|"recorded"|"refused"|"unreachable"} state
 * @property {string} [code] - why it was refused
 * @property {string} [detail] - the server's own words, when we know no better
 * @property {number} [at] - when the server recorded it
 */

/** @param {string} name @returns {Order} */
export function sent(name) {
  return { name, state: "sent" };
}

/** Five seconds passed. @param {Order|null} order @returns {Order|null} */
export function slow(order) {
  return order?.state === "sent" ? { ...order, state: "slow" } : order;
}

/** @param {Order} order @param {Answer} answer @returns {Order} */
export function answered({ name }, answer) {
  if (answer.kind === "unreachable") return { name, state: "unreachable" };
  if (answer.kind === "refused")
    return { name, state: "refused", code: answer.code, detail: answer.detail };
  const at = Date.parse(String(answer.body?.recorded_utc ?? ""));
  return Number.isNaN(at) ? { name, state: "recorded" } : { name, state: "recorded", at };
}

/** The phase that an order leads to. @type {Record<string, string>} */
const LEADS_TO = { start: "live", way_back: "check_in" };

/**
 * The feed shows another phase than before.
 *
 * @param {Order|null} order
 * @param {string|null} phase
 * @returns {Order|null}
 */
export function settled(order, phase) {
  if (order === null || order.state === "recorded") return order;
  if (phase === (LEADS_TO[order.name] ?? order.name)) return { name: order.name, state: "recorded" };
  return pending(order) ? order : null;
}

/** Is the server still to answer? @param {Order|null} order */
export function pending(order) {
  return order?.state === "sent" || order?.state === "slow";
}

/**
 * @param {Text} text
 * @param {Order} order
 * @param {boolean} live - the feed says that the phase is live, whoever ordered it
 * @returns {string}
 */
export function orderText(text, order, live) {
  const undone = live ? "order.not_by_this" : "order.not_on_air";
  const fate = text.say(order.name === "start" ? undone : "order.not_done");
  switch (order.state) {
    case "sent":
      return text.say("order.sent", { fate });
    case "slow":
      return text.say("order.slow", { fate });
    case "unreachable":
      return text.say("order.unreachable", { fate });
    case "refused":
      return text.say("order.refused", { why: refusal(text, order), fate });
    case "recorded":
      return order.at === undefined
        ? text.say("order.recorded")
        : text.say("order.recorded_at", { at: text.clock(order.at) });
  }
}

/** @param {Text} text @param {Order} order */
function refusal(text, { code = "", detail = "" }) {
  if (text.knows(`refused.${code}`)) return text.say(`refused.${code}`);
  return detail || text.say("refused_other", { code });
}
