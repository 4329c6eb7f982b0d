// @ts-check
/**
 * What the centre sees of this hall, as keys of sentences. Pure. Only what the centre said is
 * told here, never what this device hopes.
 *
 * @module
 */

/** @import {HallRecorded, PointState} from "./wire.d.ts" */

const SEES = ["playing", "verified", "confirmed_in_room"];
const JOINED = ["connected", "receiving"];

/** How the hall gets the programme, by the centre. @typedef {"good"|"partly"|"none"|"unknown"} Picture */

/** @param {PointState|null} seen @returns {Picture} */
export function pictureOf(seen) {
  if (!seen || seen.presence === "unknown" || seen.reception === "unknown") return "unknown";
  if (seen.presence !== "online") return "none";
  if (SEES.includes(seen.reception)) return "good";
  return JOINED.includes(seen.reception) ? "partly" : "none";
}

/**
 * The newest figures the centre holds: of the latest roll call that was answered, else of the
 * check-in. `have` null: nothing is recorded yet.
 *
 * @param {HallRecorded|null} recorded
 * @returns {{have: number|null, expected: number, guests: number, roll: number}}
 */
export function headCount(recorded) {
  const branches = recorded?.branches ?? [];
  const expected = branches.reduce((all, branch) => all + branch.expected, 0);
  const rolls = branches.flatMap(({ rolls: lines }) => lines.map(({ roll }) => roll));
  const roll = Math.max(0, ...rolls);
  const counts = roll > 0 ? branches.flatMap((one) => one.rolls.filter((line) => line.roll === roll)) : checkIns(branches);
  if (!counts.length) return { have: null, expected, guests: 0, roll: 0 };
  const have = counts.reduce((all, { present }) => all + present, 0);
  return { have, expected, guests: counts.reduce((all, { guests }) => all + guests, 0), roll };
}

/** @param {import("./wire.d.ts").BranchRecorded[]} branches */
function checkIns(branches) {
  return branches.flatMap(({ reported, guests }) =>
    reported === null ? [] : [{ present: reported, guests }],
  );
}
