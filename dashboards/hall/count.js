// @ts-check
/**
 * What a hall counts and how it becomes an entry. Pure: no DOM, no storage. Every number is
 * absolute: a correction is a new entry that replaces the old one.
 *
 * @module
 */

/** @import {BranchRecorded, HallRecorded, PointCard, RollState, SessionState} from "./wire.d.ts" */

/** The check-in (roll 0) or a roll call. @typedef {{roll: number, stage: "open"|"waiting"|"closed"}} Task */
/**
 * One branch as it is being counted; `expected` null before the centre told it.
 *
 * @typedef {{branch: string, expected: number|null, present: number, excused: number,
 *   exempt: number, guests: number, late: number, left_early: number,
 *   excuses: Record<string, number>}} Line
 */
/** @typedef {Exclude<keyof Line, "branch"|"expected"|"excuses">} Figure */
/** @typedef {Pick<Line, "excused"|"exempt"|"guests"|"late"|"left_early"|"excuses">} Rest */

/** Why members are absent with leave, as `signaling/roll.py` has it. */
export const EXCUSES = /** @type {const} */ (["sick", "work", "shift", "study", "family", "other"]);
export const MAX_PEOPLE = 1_000_000;
const EARLY = ["planned", "postponed", "rehearsal", "check_in"];

/**
 * All that can be counted: the check-in, then the roll calls that were opened.
 *
 * @param {RollState|null} rolls
 * @returns {Task[]}
 */
export function tasks(rolls) {
  const opened = (rolls?.rolls ?? []).filter(({ stage }) => stage !== "waiting");
  return [{ roll: 0, stage: "open" }, ...opened.map(({ roll, stage }) => ({ roll, stage }))];
}

/**
 * What is asked for now: the newest open roll call; before any, the check-in; later the newest
 * roll that this hall did not answer.
 *
 * @param {RollState|null} rolls
 * @param {HallRecorded|null} recorded
 * @param {SessionState|null} session
 * @returns {Task}
 */
export function asked(rolls, recorded, session) {
  const [checkIn, ...rest] = tasks(rolls);
  const newest = rest.reverse();
  const open = newest.find(({ stage }) => stage === "open");
  if (open) return open;
  const early = !session?.phase || EARLY.includes(session.phase);
  const missed = newest.find(({ roll }) => !answered(recorded, roll));
  return (!early && missed) || /** @type {Task} */ (checkIn);
}

/** Has the centre a figure of every branch? @param {HallRecorded|null} recorded @param {number} roll */
export function answered(recorded, roll) {
  const branches = recorded?.branches ?? [];
  return branches.length > 0 && branches.every((branch) => recordedOf(branch, roll) !== null);
}

/**
 * The lines to begin with: what is recorded, else what was counted at the check-in, else
 * everybody who is expected.
 *
 * @param {Task} task
 * @param {PointCard|null} point
 * @param {HallRecorded|null} recorded
 * @returns {Line[]}
 */
export function linesOf({ roll }, point, recorded) {
  const names = point?.branches.length ? point.branches : [""];
  return names.map((name, index) => {
    const known = recorded?.branches.find(({ branch }) => branch === name) ?? lone(recorded, index);
    return lineOf(name, known, roll);
  });
}

/** A point with one branch may name it or not. @param {HallRecorded|null} recorded @param {number} index */
function lone(recorded, index) {
  return recorded?.branches.length === 1 && index === 0 ? recorded.branches[0] : undefined;
}

/** @param {string} branch @param {BranchRecorded|undefined} known @param {number} roll @returns {Line} */
function lineOf(branch, known, roll) {
  if (!known) return { branch, expected: null, present: 0, ...restOf(null) };
  const answer = recordedOf(known, roll);
  const present = answer?.present ?? known.reported ?? known.expected;
  return { branch, expected: known.expected, present, ...restOf(answer ?? known) };
}

/** What is counted beside who is here. @param {Rest|null} said @returns {Rest} */
function restOf(said) {
  const { excused = 0, exempt = 0, guests = 0, late = 0, left_early = 0, excuses = {} } = said ?? {};
  return { excused, exempt, guests, late, left_early, excuses };
}

/**
 * @param {BranchRecorded} branch
 * @param {number} roll
 * @returns {{present: number} & Rest|null}
 */
function recordedOf(branch, roll) {
  if (roll > 0) return branch.rolls.find((line) => line.roll === roll) ?? null;
  if (branch.reported === null) return null;
  return { present: branch.reported, ...restOf(branch) };
}

/**
 * @param {Line} line
 * @param {Figure} figure
 * @param {number} value
 * @returns {Line}
 */
export function withFigure(line, figure, value) {
  return { ...line, [figure]: people(value) };
}

/**
 * So many for one reason; those excused are at least the sum of the reasons.
 *
 * @param {Line} line
 * @param {string} why
 * @param {number} value
 * @returns {Line}
 */
export function withExcuse(line, why, value) {
  const excuses = { ...line.excuses, [why]: people(value) };
  return { ...line, excuses, excused: Math.max(line.excused, reasons(excuses)) };
}

/** @param {Record<string, number>} excuses */
function reasons(excuses) {
  return Object.values(excuses).reduce((all, one) => all + one, 0);
}

/** @param {number} value */
function people(value) {
  const whole = Math.trunc(Number.isFinite(value) ? value : 0);
  return Math.min(MAX_PEOPLE, Math.max(0, whole));
}

/** Sums over the branches; `expected` null when one is not known. @param {Line[]} lines */
export function sums(lines) {
  const sum = (/** @type {Figure} */ figure) => lines.reduce((all, line) => all + line[figure], 0);
  const known = lines.every(({ expected }) => expected !== null);
  const expected = known ? lines.reduce((all, line) => all + (line.expected ?? 0), 0) : null;
  return { expected, present: sum("present"), excused: sum("excused"), guests: sum("guests") };
}

/**
 * What to ask before it is sent: nothing of it stops anybody.
 *
 * @param {Line[]} lines
 * @returns {"parts"|"more_than_expected"|"more_excused_than_absent"|"nobody"|null}
 */
export function worry(lines) {
  const apart = (/** @type {Line} */ { present, late, left_early, excused, excuses }) =>
    Math.max(late, left_early) > present || reasons(excuses) > excused;
  if (lines.some(apart)) return "parts";
  const over = (/** @type {Line} */ { expected, present }) => expected !== null && present > expected;
  if (lines.some(over)) return "more_than_expected";
  const unlike = (/** @type {Line} */ { expected, present, excused }) =>
    expected !== null && present + excused > expected;
  if (lines.some(unlike)) return "more_excused_than_absent";
  return lines.every(({ present }) => present === 0) ? "nobody" : null;
}

/**
 * The entry of a check-in or roll call.
 *
 * @param {Task} task
 * @param {Line[]} lines
 * @param {{name: string, phone: string}|null} person - who is in charge
 * @param {string} note
 * @returns {{kind: string, body: object}}
 */
export function entryOf({ roll }, lines, person, note) {
  const counted = (/** @type {Line} */ line) => ({ branch: line.branch, ...restOf(line) });
  if (roll > 0) {
    const branches = lines.map((line) => ({ ...counted(line), present: line.present }));
    return { kind: "roll.counted", body: { roll, branches, note } };
  }
  const branches = lines.map((line) => ({ ...counted(line), reported: line.present }));
  const in_charge = person?.name ? person : null;
  return { kind: "point.checked_in", body: { in_charge, branches, note } };
}
