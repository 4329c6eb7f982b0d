// @ts-check
/**
 * Members who sit in another hall than their own: entries of PROTOCOL.md section 5. Pure. Every
 * number is absolute: an entry replaces an earlier one of the same home or transfer.
 *
 * @module
 */

/** @import {HallRecorded, TransferLine} from "./wire.d.ts" */

/** @typedef {{kind: string, body: object}} Made */

/** So many walked in from one point. @param {string} point @param {number} people @returns {Made} */
export function guests(point, people) {
  const home = { point, branch: "", unit: "" };
  return { kind: "guest.counted", body: { home, people, makes_up: null } };
}

/**
 * The home sends members of a branch to another hall; 0 takes it back.
 *
 * @param {{transfer: string, branch: string, to: string, people: number}} sent
 * @returns {Made}
 */
export function announced({ transfer, branch, to, people }) {
  const body = { transfer, branch, to, people, members: [], makes_up: null, note: "" };
  return { kind: "transfer.announced", body };
}

/** So many of a transfer came. @param {string} transfer @param {number} people @returns {Made} */
export function confirmed(transfer, people) {
  return { kind: "transfer.confirmed", body: { transfer, people } };
}

/** Transfers to this hall that are not taken back. @param {HallRecorded|null} recorded @returns {TransferLine[]} */
export function incoming(recorded) {
  return (recorded?.transfers ?? []).filter((line) => !line.outgoing && line.people !== 0);
}

/** @param {HallRecorded|null} recorded @returns {TransferLine[]} */
export function outgoing(recorded) {
  return (recorded?.transfers ?? []).filter((line) => line.outgoing && line.people !== 0);
}
