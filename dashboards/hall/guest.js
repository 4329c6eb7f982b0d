// @ts-check
/**
 * Members who sit in another hall than their own: entries of ENTRIES.md. Pure. Every
 * number is absolute: an entry replaces an earlier one of the same home or transfer.
 *
 * @module
 */

/** @import {Kept} from "./device/spool.js" */
/** @import {HallRecorded, TransferLine} from "./wire.d.ts" */

/** @typedef {{kind: string, body: object}} Made */

/**
 * So many walked in from one point.
 *
 * @param {string} point
 * @param {number} people
 * @param {string} [makes_up] - the session they missed; empty: they attend this one
 * @returns {Made}
 */
export function guests(point, people, makes_up = "") {
  const home = { point, branch: "", unit: "" };
  return { kind: "guest.counted", body: { home, people, makes_up: makes_up || null } };
}

/** A guest as he says who he is. @typedef {{guest: string, number: string, name: string|null, unit: string, makes_up: string|null, gone?: boolean}} Guest */

/** Somebody walked in and said who he is; `gone` takes it back. @param {Guest} guest @returns {Made} */
export function namedGuest({ guest, number, name, unit, makes_up, gone = false }) {
  const body = { guest, number, name: name || null, unit, gone, makes_up: makes_up || null };
  return { kind: "guest.named", body };
}

/**
 * The guests that were entered here by name and not taken back, with what the centre said.
 *
 * @param {Kept[]} facts - of this device, the oldest first
 * @param {string|null} session
 * @returns {{body: Guest, remark: string|null}[]}
 */
export function namedGuests(facts, session) {
  const found = new Map();
  for (const fact of facts) {
    if (fact.kind !== "guest.named" || fact.session !== session) continue;
    const body = /** @type {Guest} */ (fact.body);
    if (body.gone) found.delete(body.guest);
    else found.set(body.guest, { body, remark: fact.note ?? fact.remark });
  }
  return [...found.values()];
}

/**
 * The home sends members of a branch to another hall; 0 takes it back.
 *
 * @param {{transfer: string, branch: string, to: string, people: number, members?: string[],
 *   makes_up?: string}} sent - `members`: references of who, where names are on this phone
 * @returns {Made}
 */
export function announced({ transfer, branch, to, people, members = [], makes_up = "" }) {
  const body = { transfer, branch, to, people, members, makes_up: makes_up || null, note: "" };
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
