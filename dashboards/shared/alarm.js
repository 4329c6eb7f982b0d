// @ts-check
/**
 * The order of alarms, what they are about, and their words. Pure.
 *
 * @module
 */

import { why } from "./sentence.js";

/** @import {Text} from "./text.js" */
/** @import {AlarmView, PointView} from "./wire.d.ts" */

const STATES = ["unacknowledged", "returned", "acknowledged", "shelved"];
const PRIORITIES = ["high", "medium", "low"];

/**
 * Who has not been seen by anybody first, then the graver, then the older.
 *
 * @param {Iterable<AlarmView>} alarms
 * @returns {AlarmView[]}
 */
export function inOrder(alarms) {
  return [...alarms].sort(
    (a, b) =>
      STATES.indexOf(a.state) - STATES.indexOf(b.state) ||
      PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority) ||
      a.raised_at - b.raised_at ||
      (a.id < b.id ? -1 : 1),
  );
}

/** Does it wait for somebody to see it? @param {AlarmView} alarm */
export function unseen(alarm) {
  return alarm.state === "unacknowledged" || alarm.state === "returned";
}

/** Codes of the points it is about. @param {AlarmView} alarm */
export function pointsOf(alarm) {
  return alarm.point === null ? alarm.points : [alarm.point];
}

/** Is it about many points? @param {AlarmView} alarm */
export function isIncident(alarm) {
  return alarm.cause !== "";
}

/**
 * Is it about points of this technician? The centre's own is everybody's.
 *
 * @param {AlarmView} alarm
 * @param {(code: string) => boolean} mine
 */
export function concerns(alarm, mine) {
  const points = pointsOf(alarm);
  return points.length === 0 || points.some(mine);
}

/**
 * The first line: the hall's name, or the cause.
 *
 * @param {Text} text
 * @param {AlarmView} alarm
 * @param {PointView|undefined} point
 */
export function heading(text, alarm, point) {
  if (isIncident(alarm)) return text.say(`incident.${alarm.cause}`, { name: alarm.name });
  if (alarm.point === null) return text.say(`alarm.${alarm.what}`);
  return point?.name ?? alarm.point;
}

/**
 * What is wrong, as a clause.
 *
 * @param {Text} text
 * @param {AlarmView} alarm
 */
export function matter(text, alarm) {
  const word = text.say(alarm.flapping ? "alarms.flapping" : `alarm.${alarm.what}`);
  if (isIncident(alarm)) {
    const what = lower(text.say(`alarm.${alarm.what}`));
    return text.say("alarms.line", { n: alarm.points.length, had: alarm.had, what });
  }
  if (alarm.point === null) return text.say("alarms.centre");
  if (alarm.what === "help_wanted") return `${word}: ${text.say(`help_kind.${alarm.why}`)}`;
  const reason = why(text, alarm.why);
  const same = reason === lower(word) || PLAIN.includes(alarm.what);
  return same ? word : `${word}: ${reason}`;
}

/** What is said completely by the type. */
const PLAIN = ["lost", "left", "not_joined", "no_report", "room_contradicts", "two_machines"];

/**
 * What to do about it.
 *
 * @param {Text} text
 * @param {AlarmView} alarm
 */
export function action(text, alarm) {
  return isIncident(alarm)
    ? text.say(`incident_action.${alarm.cause}`, { name: alarm.name })
    : text.say(`alarm_action.${alarm.what}`);
}

/** @param {string} words */
function lower(words) {
  return words.charAt(0).toLowerCase() + words.slice(1);
}

/** So many new alarms within ten minutes are a flood (ISA-18.2). */
export const FLOOD = 10;
const FLOOD_MS = 600_000;

/** @param {AlarmView[]} alarms @param {number} now */
export function flooded(alarms, now) {
  return alarms.filter((alarm) => now - alarm.raised_at < FLOOD_MS).length > FLOOD;
}
