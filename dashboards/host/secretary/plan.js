// @ts-check
/**
 * When a roll call opens and closes by itself, as the secretary types it: times of the day of
 * the session, in Asia/Ho_Chi_Minh (UTC+7, no summer time). Pure.
 *
 * @module
 */

const ZONE_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;

/**
 * @param {string} start_utc - of the session
 * @param {string} time - "08:05"; empty: none
 * @returns {string|null}
 */
export function momentOf(start_utc, time) {
  const [, hour, minute] = /^(\d{2}):(\d{2})/.exec(time) ?? [];
  if (hour === undefined) return null;
  const local = Date.parse(start_utc) + ZONE_MS;
  const midnight = local - (local % DAY_MS) - ZONE_MS;
  return new Date(midnight + (Number(hour) * 60 + Number(minute)) * 60_000).toISOString();
}

/** The time of day of a moment, for a field. @param {string|null} utc */
export function timeOf(utc) {
  return utc === null ? "" : new Date(Date.parse(utc) + ZONE_MS).toISOString().slice(11, 16);
}
