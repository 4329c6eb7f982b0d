// @ts-check
/**
 * The rules of the spool: facts on this device until the coordinator has them (PROTOCOL.md
 * section 5). Pure; the shell runs each inside one transaction of the browser's database.
 *
 * @module
 */

/** @import {FactEnter} from "../wire.d.ts" */
/** @import {FactsWanted} from "./flight.js" */

/** Acked facts are kept so long: the coordinator may be restored from an older copy. */
export const KEEP_ACKED_MS = 72 * 3_600_000;
export const KEEP_ACKED_FACTS = 1_000;
/** As in PROTOCOL.md: a longer frame would close the connection, again and again. */
export const MAX_FACT_BYTES = 60_000;

/** What somebody entered. @typedef {{session: string|null, entered_utc: string, kind: string, body: object}} Entry */
/** The spool's name and how far it reaches. @typedef {{spool: string, last_seq: number}} Identity */
/**
 * A fact as it lies in the database; `recorded_utc` null: not acked yet.
 *
 * @typedef {Entry & {id?: number, spool: string, seq: number, recorded_utc: string|null,
 *   note: string|null, remark: string|null}} Kept - `id` is the database's, in the order of entering
 */
/** How far an entry has come, each shown as a different thing. @typedef {"saved"|"sent"|"recorded"|"kept"} Stage */

/**
 * Give an entry the next number.
 *
 * @param {Identity} identity
 * @param {Entry} entry
 * @returns {{identity: Identity, fact: Kept}}
 */
export function numbered({ spool, last_seq }, entry) {
  const seq = last_seq + 1;
  const fact = { ...entry, spool, seq, recorded_utc: null, note: null, remark: null };
  return { identity: { spool, last_seq: seq }, fact };
}

/** Would the coordinator's end take it? @param {Entry} entry */
export function fits(entry) {
  return new TextEncoder().encode(JSON.stringify(entry)).length <= MAX_FACT_BYTES;
}

/**
 * The facts to be sent next.
 *
 * @param {Kept[]} facts - of the present identity, by number
 * @param {FactsWanted} wanted
 * @returns {FactEnter[]}
 */
export function pendingAfter(facts, { after, through, have_through, limit }) {
  return facts
    .filter(({ seq }) => seq > after && seq <= through)
    .filter(({ seq, recorded_utc }) => recorded_utc === null || seq > have_through)
    .slice(0, limit)
    .map(({ spool, seq, session, entered_utc, kind, body }) => {
      return { type: "fact.enter", spool, seq, session, entered_utc, kind, body };
    });
}

/**
 * The fact with what the ack says of it.
 *
 * @param {Kept} fact
 * @param {{recorded_utc: string, note?: string|null, remark?: string|null}} ack
 * @returns {Kept}
 */
export function acked(fact, { recorded_utc, note = null, remark = null }) {
  return { ...fact, recorded_utc, note, remark };
}

/**
 * Take a new identity: whatever is not acked, and `again`, is numbered from 1 anew. What was
 * acked stays under the old one.
 *
 * @param {Kept[]} facts - of the old identity, by number
 * @param {string} spool - the new name
 * @param {number[]} again
 * @returns {{identity: Identity, moved: Kept[]}} facts to be put in the place they have
 */
export function renewed(facts, spool, again) {
  const moved = facts
    .filter(({ seq, recorded_utc }) => recorded_utc === null || again.includes(seq))
    .map((fact, index) => {
      return { ...fact, spool, seq: index + 1, recorded_utc: null, note: null, remark: null };
    });
  return { identity: { spool, last_seq: moved.length }, moved };
}

/** The kind whose body holds a guest's name. */
const NAMED = "guest.named";

/**
 * Which facts may be forgotten: acked before a moment, and not among the newest; a
 * guest's name, however few came after it.
 *
 * @param {Kept[]} facts - of every identity, in the order they were entered
 * @param {string} before_utc
 */
export function purgeable(facts, before_utc) {
  const newest = facts.length - KEEP_ACKED_FACTS;
  return facts
    .filter(({ kind }, index) => index < newest || kind === NAMED)
    .filter(({ recorded_utc }) => recorded_utc !== null && recorded_utc < before_utc);
}

/**
 * @param {Kept} fact
 * @param {ReadonlySet<number>} sent - numbers sent on the present connection
 * @returns {Stage}
 */
export function stageOf({ seq, recorded_utc, note }, sent) {
  if (recorded_utc !== null) return note === null ? "recorded" : "kept";
  return sent.has(seq) ? "sent" : "saved";
}
