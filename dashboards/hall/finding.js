// @ts-check
/**
 * What a check of this device found, as `preflight.report` says it (signaling/preflight.py).
 * Pure: measurements in, verdicts out.
 *
 * @module
 */

/**
 * @typedef {object} Finding
 * @property {string} check
 * @property {"ok"|"warn"|"fail"|"skipped"} verdict
 * @property {string} why - empty when all is well
 * @property {number|null} figure
 * @property {string} unit
 * @property {number|null} limit
 * @property {string} evidence
 */

/** Round trip of the control line, ms: slow, and too slow to speak over. */
export const RTT_WARN_MS = 400;
export const RTT_FAIL_MS = 1_000;
/** A clock that is off by more makes people doubt every time they read. */
export const CLOCK_WARN_MS = 5_000;
export const CLOCK_FAIL_MS = 60_000;
/** Of a microphone, the loudest moment while somebody speaks. */
export const SILENT_DBFS = -60;
export const QUIET_DBFS = -40;
export const CLIPPING_DBFS = -1;

/** @param {string} check @param {Partial<Finding>} found @returns {Finding} */
function finding(check, found) {
  return { check, verdict: "ok", why: "", figure: null, unit: "", limit: null, evidence: "", ...found };
}

/** @param {string} check @param {string} why - of SKIPPED_WHYS */
export function skipped(check, why) {
  return finding(check, { verdict: "skipped", why });
}

/** @param {{name: string, version: number, floor: number, good: boolean}} version @param {string|null} inApp */
export function versions({ name, version, floor, good }, inApp) {
  const evidence = inApp ?? `${name} ${version}`.trim();
  if (inApp) return finding("versions", { verdict: "fail", why: "in_app_browser", evidence });
  if (!good) return finding("versions", { verdict: "fail", why: "too_old", limit: floor, evidence });
  return finding("versions", { evidence });
}

/** @param {number|null} rtt_ms - null: no answer yet */
export function roundTrip(rtt_ms) {
  const found = { figure: rtt_ms, unit: "ms", limit: RTT_WARN_MS };
  if (rtt_ms === null) return finding("control_rtt", { ...found, verdict: "fail", why: "no_answer" });
  if (rtt_ms > RTT_FAIL_MS)
    return finding("control_rtt", { ...found, limit: RTT_FAIL_MS, verdict: "fail", why: "slow" });
  return finding("control_rtt", rtt_ms > RTT_WARN_MS ? { ...found, verdict: "warn", why: "slow" } : found);
}

/** @param {number|null} off_ms - this machine's clock minus the centre's; null: not known */
export function clock(off_ms) {
  if (off_ms === null) return skipped("clock_offset", "not_now");
  const off = Math.abs(off_ms);
  const found = { figure: off_ms, unit: "ms", limit: CLOCK_WARN_MS };
  if (off > CLOCK_FAIL_MS)
    return finding("clock_offset", { ...found, limit: CLOCK_FAIL_MS, verdict: "fail", why: "off" });
  return finding("clock_offset", off > CLOCK_WARN_MS ? { ...found, verdict: "warn", why: "off" } : found);
}

/** @param {boolean|null} heard - what the person said; null: it could not be played */
export function chime(heard) {
  if (heard === null) return finding("chime", { verdict: "fail", why: "not_played" });
  return heard ? finding("chime", {}) : finding("chime", { verdict: "fail", why: "not_heard" });
}

/** @param {number} peak_dbfs - the loudest moment @param {string} evidence - the device's name */
export function microphone(peak_dbfs, evidence) {
  const found = { figure: Math.max(-120, peak_dbfs), unit: "dbfs", limit: QUIET_DBFS, evidence };
  if (peak_dbfs < SILENT_DBFS)
    return finding("microphone", { ...found, limit: SILENT_DBFS, verdict: "fail", why: "silent" });
  if (peak_dbfs < QUIET_DBFS) return finding("microphone", { ...found, verdict: "warn", why: "quiet" });
  if (peak_dbfs > CLIPPING_DBFS)
    return finding("microphone", { ...found, limit: CLIPPING_DBFS, verdict: "warn", why: "clipping" });
  return finding("microphone", found);
}

/** Mean luma below which a camera is covered or the hall is dark, 0..255. */
export const DARK_LUMA = 24;

/** @param {number} luma - mean of a picture @param {string} evidence */
export function camera(luma, evidence) {
  if (luma < DARK_LUMA) return finding("camera", { verdict: "warn", why: "dark", evidence });
  return finding("camera", { evidence });
}

/** A device that could not be opened. @param {"microphone"|"camera"} check @param {string} error - DOMException's name */
export function unopened(check, error) {
  if (error === "NotFoundError" || error === "OverconstrainedError") return skipped(check, "no_device");
  const why = error === "NotReadableError" || error === "AbortError" ? "busy" : "denied";
  return finding(check, { verdict: "fail", why, evidence: error });
}
