// @ts-check
/**
 * The lines of the attendance table: by unit, point or branch, searched, filtered and put in
 * order as Vietnamese has it (a ă â … d đ e ê … o ô ơ … u ư). Pure.
 *
 * @module
 */

import { fold } from "../../shared/search.js";

/** @import {AttendanceAnswer, SumAnswer} from "../../shared/attendance.d.ts" */

/**
 * @typedef {object} Line
 * @property {string} key
 * @property {string} name
 * @property {string} under - what it belongs to
 * @property {string} code - of its point; empty for a unit
 * @property {string|null} branch - null unless it is a branch
 * @property {string|null} who - whom to call
 * @property {string|null} phone
 * @property {SumAnswer} checkIn
 * @property {SumAnswer[]} rolls
 */

/**
 * @typedef {object} View
 * @property {"units"|"points"|"branches"} by
 * @property {string} query
 * @property {boolean} silentOnly - only who has not answered
 * @property {string} column - name, expected, check_in, or the number of a roll
 * @property {boolean} down
 */

const order = new Intl.Collator("vi");

/**
 * @param {AttendanceAnswer} answer
 * @param {View["by"]} by
 * @returns {Line[]}
 */
export function lines(answer, by) {
  if (by === "units")
    return answer.units.map(({ unit, check_in, rolls }) => ({
      ...NOBODY, key: unit, name: unit, checkIn: check_in, rolls,
    }));
  if (by === "points")
    return answer.points.map((point) => ({
      key: point.code, name: point.name, under: point.unit, code: point.code, branch: null,
      who: point.contact_name, phone: point.contact_phone, checkIn: point.check_in, rolls: point.rolls,
    }));
  return answer.points.flatMap((point) =>
    point.branches.map(({ branch, check_in, rolls }) => ({
      key: `${point.code}/${branch}`, name: branch, under: point.name, code: point.code, branch,
      who: point.contact_name, phone: point.contact_phone, checkIn: check_in, rolls,
    })),
  );
}

const NOBODY = { under: "", code: "", branch: null, who: null, phone: null };

/**
 * Whether all of a line's branches have answered what is meant now.
 *
 * @param {Line} line
 * @param {number|null} roll - null: the check-in
 */
export function answered(line, roll) {
  const sums = roll === null ? line.checkIn : line.rolls[roll - 1];
  return sums === undefined || sums.answered >= sums.branches;
}

/**
 * The lines to show, in order.
 *
 * @param {AttendanceAnswer} answer
 * @param {View} view
 * @returns {Line[]}
 */
export function shown(answer, view) {
  const words = fold(view.query).split(/\s+/);
  const found = lines(answer, view.by).filter((line) => {
    const haystack = fold(`${line.name} ${line.under} ${line.code}`);
    const quiet = !view.silentOnly || !answered(line, answer.current_roll);
    return quiet && words.every((word) => haystack.includes(word));
  });
  const sign = view.down ? -1 : 1;
  return found.sort((a, b) => sign * compare(a, b, view.column) || order.compare(a.key, b.key));
}

/** @param {Line} a @param {Line} b @param {string} column */
function compare(a, b, column) {
  if (column === "name") return order.compare(a.name, b.name);
  return value(a, column) - value(b, column);
}

/** Who has said nothing comes first. @param {Line} line @param {string} column */
function value(line, column) {
  if (column === "expected") return line.checkIn.expected;
  if (column === "check_in") return line.checkIn.reported ?? -1;
  return line.rolls[Number(column) - 1]?.attended ?? -1;
}
