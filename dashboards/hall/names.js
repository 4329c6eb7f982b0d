// @ts-check
/**
 * A roll call by names on this phone: who is on the list, what stands of each, and the entries
 * that taps become. Pure: no DOM, no storage. An entry holds references, never a name.
 *
 * @module
 */

import { fold } from "../shared/search.js";

/** @import {Kept} from "./device/spool.js" */
/** @import {Told} from "./store/held.js" */

/** @typedef {"present"|"late"|"left_early"|"excused"|"absent"} Mark */
/** @typedef {{ref: string, name: string, exempt: boolean, marks: Record<string, Mark>}} Member */
/** What `GET /api/v1/hall/members` answers. @typedef {{session: string, read_utc: string, branches: {branch: string, members: Member[]}[]}} List */
/** What stands of a member: his mark, and the own entry that said so, if one did. @typedef {{mark: Mark|null, said: Kept|null}} Word */
/** @typedef {{kind: string, body: object}} Made */

export const MARKS = /** @type {const} */ (["present", "late", "left_early", "excused", "absent"]);
/** Those who are or were here. @type {Mark[]} */
const HERE = ["present", "late", "left_early"];
/** Phases in which names may be on a phone. */
const OPEN = ["rehearsal", "check_in", "live", "branch_meetings"];
/** However the session ends, and if its end is never heard of. */
export const KEEP_NAMES_MS = 12 * 3_600_000;

const ORDER = new Intl.Collator("vi");

/** As Vietnamese lists have it: by given name, the last word, then by the whole. @param {Member[]} members */
export function inOrder(members) {
  const given = (/** @type {Member} */ { name }) => name.trim().split(/\s+/).at(-1) ?? "";
  return [...members].sort(
    (a, b) => ORDER.compare(given(a), given(b)) || ORDER.compare(a.name, b.name),
  );
}

/**
 * By the beginnings of the words of a name, in any order, without marks: "anh" is not Thanh.
 *
 * @param {Member[]} members
 * @param {string} query
 */
export function found(members, query) {
  const asked = fold(query.trim()).split(/\s+/);
  return members.filter(({ name }) => {
    const words = fold(name).split(/\s+/);
    return asked.every((part) => words.some((word) => word.startsWith(part)));
  });
}

/**
 * Whether names may be asked for now.
 *
 * @param {Told} told
 */
export function allowed({ session, rolls }) {
  return Boolean(rolls?.names && session?.phase && OPEN.includes(session.phase));
}

/**
 * Whether a list may stay on this phone.
 *
 * @param {List} list
 * @param {Told} told - what the centre said last
 * @param {number} now_ms - since 1970
 */
export function keeps(list, told, now_ms) {
  const age_ms = now_ms - Date.parse(list.read_utc);
  // A clock that was put back must not keep it for ever.
  const young = age_ms < KEEP_NAMES_MS && age_ms > -KEEP_NAMES_MS;
  return young && allowed(told) && told.session?.session === list.session;
}

/**
 * What stands of every member of a branch: what the centre said, and over it whatever was
 * entered here that it had not then.
 *
 * @param {List} list
 * @param {{branch: string, roll: number}} at
 * @param {Kept[]} facts - of this device, the oldest first
 * @returns {Map<string, Word>} by reference
 */
export function words(list, { branch, roll }, facts) {
  const members = membersOf(list, branch);
  const said = new Map(
    members.map(({ ref, marks }) => [ref, /** @type {Word} */ ({ mark: marks[roll] ?? null, said: null })]),
  );
  for (const fact of facts) {
    if (fact.kind !== "roll.marked" || fact.session !== list.session || fact.note !== null) continue;
    const body = /** @type {{roll: number, branch: string, others?: string, marks: Record<string, Mark>}} */ (fact.body);
    if (body.roll !== roll || body.branch !== branch) continue;
    // What the list held already is not said over a later word of another phone.
    const old = fact.recorded_utc !== null && fact.recorded_utc <= list.read_utc;
    for (const [ref, word] of said) {
      const mark = body.marks[ref] ?? (body.others === "present" ? "present" : null);
      if (mark !== null) said.set(ref, { mark: old ? word.mark : mark, said: fact });
    }
  }
  return said;
}

/** @param {List} list @param {string} branch */
export function membersOf(list, branch) {
  return list.branches.find((one) => one.branch === branch)?.members ?? [];
}

/** One tap on a name: here, or not after all. @param {Mark|null} mark @returns {Mark} */
export function tapped(mark) {
  return mark !== null && HERE.includes(mark) ? "absent" : "present";
}

/** @param {{branch: string, roll: number}} at @param {string} ref @param {Mark} mark @returns {Made} */
export function marked({ branch, roll }, ref, mark) {
  return { kind: "roll.marked", body: { roll, branch, others: "keep", marks: { [ref]: mark } } };
}

/**
 * Everybody present, but who was marked otherwise, and the exempt whom nobody marked: they come
 * seldom, and are not expected.
 *
 * @param {{branch: string, roll: number}} at
 * @param {Member[]} members
 * @param {Map<string, Word>} said
 * @returns {Made}
 */
export function restPresent({ branch, roll }, members, said) {
  const standing = members.map(({ ref, exempt }) => [ref, said.get(ref)?.mark ?? (exempt ? "absent" : "present")]);
  const marks = Object.fromEntries(standing.filter(([, mark]) => mark !== "present"));
  return { kind: "roll.marked", body: { roll, branch, others: "present", marks } };
}

/**
 * What the marks of a branch come to, as the centre counts them: the exempt are not expected,
 * and count apart when they come.
 *
 * @param {Member[]} members
 * @param {Map<string, Word>} said
 */
export function tally(members, said) {
  const sums = { expected: 0, present: 0, excused: 0, absent: 0, unmarked: 0, exempt: 0 };
  for (const { ref, exempt } of members) {
    const mark = said.get(ref)?.mark ?? null;
    const here = mark !== null && HERE.includes(mark);
    if (exempt) sums.exempt += here ? 1 : 0;
    else {
      sums.expected += 1;
      sums[here ? "present" : mark === "excused" || mark === "absent" ? mark : "unmarked"] += 1;
    }
  }
  return sums;
}
