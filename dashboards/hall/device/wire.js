// @ts-check
/**
 * What the coordinator says on `/ws/agent`, read with care: what cannot be read, and what only
 * a later coordinator says, is null. Pure; PROTOCOL.md is the law.
 *
 * @module
 */

/** @import {ToDevice} from "../wire.d.ts" */

/** @typedef {(body: Record<string, unknown>) => boolean} Check */

const isSeq = (/** @type {unknown} */ value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isText = (/** @type {unknown} */ value) => typeof value === "string";
const isNumber = (/** @type {unknown} */ value) => typeof value === "number";
const isObject = (/** @type {unknown} */ value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What the page relies on of each message; the rest may be missing. @type {Record<string, Check>} */
const CHECKS = {
  welcome: ({ version, boot, device, point, report_interval_s, have_through, server_utc, session }) =>
    isSeq(version) &&
    isText(boot) &&
    isText(device) &&
    isObject(point) &&
    isNumber(report_interval_s) &&
    isSeq(have_through) &&
    isText(server_utc) &&
    isObject(session),
  "session.state": () => true,
  "point.state": ({ presence, readiness, reception }) => [presence, readiness, reception].every(isText),
  "programme.sending": ({ sending }) => isText(sending),
  "roll.state": ({ rolls }) => Array.isArray(rolls) && rolls.every(isObject),
  "hall.recorded": ({ branches, transfers }) =>
    [branches, transfers].every((lines) => Array.isArray(lines) && lines.every(isObject)),
  "order.give": ({ id, action }) => isText(id) && isText(action),
  "fact.acked": ({ spool, seq, recorded_utc }) => isText(spool) && isSeq(seq) && isText(recorded_utc),
  "clock.answer": ({ sent_ms, received_ms, answered_ms }) =>
    [sent_ms, received_ms, answered_ms].every(isNumber),
  refusal: ({ code }) => isText(code),
};

/**
 * @param {string} text
 * @returns {ToDevice|null}
 */
export function decodeToDevice(text) {
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(body)) return null;
  const check = Object.hasOwn(CHECKS, body.type) ? CHECKS[body.type] : null;
  return check?.(body) ? body : null;
}
