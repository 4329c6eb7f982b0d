// @ts-check
/**
 * The roll call that everybody means, as screens of the centre show it: how many, how many are
 * missing to what is asked for, and who has not answered. Pure.
 *
 * @module
 */

/** @import {PointView, RollView, SessionView, TotalsView} from "./wire.d.ts" */

/** @typedef {{have: number|null, expected: number, answered: number, points: number}} Sums */

const ORDER = new Intl.Collator("vi", { numeric: true });

/** The open roll call, else the last that was closed. @param {SessionView|null} session @returns {RollView|null} */
export function meant(session) {
  const opened = (session?.rolls ?? []).filter(({ stage }) => stage !== "waiting");
  return opened.find(({ stage }) => stage === "open") ?? opened.at(-1) ?? null;
}

/**
 * What a roll call comes to: live while it is open, as it was frozen when it is closed.
 *
 * @param {RollView} roll
 * @param {TotalsView} totals
 * @returns {Sums}
 */
export function sumsOf(roll, { people, points, points_answered }) {
  if (roll.stage === "closed")
    return { have: roll.attended, expected: roll.expected ?? 0, answered: roll.points ?? 0, points };
  return { have: people.present, expected: people.expected, answered: points_answered, points };
}

/**
 * How many are missing to each share that is asked for.
 *
 * @param {number[]} lines - shares, 0..1
 * @param {Sums} sums
 * @returns {{share: number, need: number, missing: number}[]}
 */
export function missing(lines, { have, expected }) {
  return lines.map((share) => {
    // 0.9 × 50 is 45.000000000000004 to a machine.
    const need = Math.ceil(Number((share * expected).toFixed(6)));
    return { share, need, missing: Math.max(0, need - (have ?? 0)) };
  });
}

/** Who has not answered, the main point first, then by name. @param {PointView[]} points */
export function silent(points) {
  return points
    .filter(({ roll_answered }) => roll_answered === false)
    .sort((a, b) => Number(b.main) - Number(a.main) || ORDER.compare(a.name, b.name));
}
