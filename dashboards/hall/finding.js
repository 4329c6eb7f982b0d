// @ts-check
/**
 * What a check of this device found, as `preflight.report` says it. The same model as an
 * agent's (endpoints/preflight/finding.py), by the limits that the centre sends with its
 * welcome; tests/vectors/preflight.json holds the two together. Pure: measurements in, verdicts out.
 *
 * @module
 */

/** @import {Arrival} from "./sound.js" */
/** @import {Bound, PreflightBounds} from "./wire.d.ts" */

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

/** @param {string} check @param {Partial<Finding>} found @returns {Finding} */
function finding(check, found) {
  return { check, verdict: "ok", why: "", figure: null, unit: "", limit: null, evidence: "", ...found };
}

/** @param {string} check @param {string} why - of SKIPPED_WHYS */
export function skipped(check, why) {
  return finding(check, { verdict: "skipped", why });
}

/**
 * Grade a figure that is bad when large, whatever its sign.
 *
 * @param {string} check
 * @param {string} why
 * @param {number} figure
 * @param {string} unit
 * @param {Bound} bound
 */
function above(check, why, figure, unit, { warn, fail }) {
  const size = Math.abs(figure);
  if (fail !== null && size >= fail) return finding(check, { verdict: "fail", why, figure, unit, limit: fail });
  if (size >= warn) return finding(check, { verdict: "warn", why, figure, unit, limit: warn });
  return finding(check, { figure, unit, limit: warn });
}

/**
 * Grade a figure that is bad when small.
 *
 * @param {string} check
 * @param {string} why
 * @param {number} figure
 * @param {string} unit
 * @param {Bound} bound
 */
function below(check, why, figure, unit, { warn, fail }) {
  if (fail !== null && figure < fail) return finding(check, { verdict: "fail", why, figure, unit, limit: fail });
  if (figure < warn) return finding(check, { verdict: "warn", why, figure, unit, limit: warn });
  return finding(check, { figure, unit, limit: warn });
}

/** @param {{name: string, version: number, floor: number, good: boolean}} version @param {string|null} inApp */
export function versions({ name, version, floor, good }, inApp) {
  const evidence = inApp ?? `${name} ${version}`.trim();
  if (inApp) return finding("versions", { verdict: "fail", why: "in_app_browser", evidence });
  if (!good) return finding("versions", { verdict: "fail", why: "too_old", limit: floor, evidence });
  return finding("versions", { evidence });
}

/**
 * The control line: how long its answers take, and how evenly they come.
 *
 * @param {number[]} answered_ms - round trips, in their order
 * @param {PreflightBounds} limits
 */
export function control(answered_ms, limits) {
  if (!answered_ms.length) return [finding("control_rtt", { verdict: "fail", why: "no_answer" })];
  const gaps = answered_ms.slice(1).map((ms, at) => Math.abs(ms - Number(answered_ms[at])));
  const jitter_ms = gaps.length ? gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length : 0;
  return [
    above("control_rtt", "slow", median(answered_ms), "ms", limits.rtt_ms),
    above("control_jitter", "uneven", jitter_ms, "ms", limits.jitter_ms),
  ];
}

/** @param {number[]} numbers - at least one */
function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = sorted.length >> 1;
  const upper = Number(sorted[at]);
  return sorted.length % 2 ? upper : (Number(sorted[at - 1]) + upper) / 2;
}

/** @param {number|null} off_ms - this machine's clock minus the centre's; null: not known @param {PreflightBounds} limits */
export function clock(off_ms, limits) {
  return off_ms === null ? skipped("clock_offset", "not_now") : above("clock_offset", "off", off_ms, "ms", limits.clock_ms);
}

/** @param {boolean|null} heard - what the person said; null: it could not be played */
export function chime(heard) {
  if (heard === null) return finding("chime", { verdict: "fail", why: "not_played" });
  return heard ? finding("chime", {}) : finding("chime", { verdict: "fail", why: "not_heard" });
}

/**
 * @param {{dbfs: number, clipped_ratio: number}} level - of what was heard: RMS, and the share at full scale
 * @param {PreflightBounds} limits
 * @param {string} evidence - the device's name
 */
export function microphone({ dbfs, clipped_ratio }, limits, evidence) {
  const clipped = above("microphone", "clipping", clipped_ratio, "ratio", limits.clipped_ratio);
  if (clipped.verdict !== "ok") return { ...clipped, evidence: `${evidence}; ${dbfs.toFixed(0)} dBFS` };
  const { fail } = limits.quiet_dbfs;
  const why = fail !== null && dbfs < fail ? "silent" : "quiet";
  return { ...below("microphone", why, Math.max(-120, dbfs), "dbfs", limits.quiet_dbfs), evidence };
}

/** @param {number} brightness_ratio - mean of a picture, 0..1 @param {PreflightBounds} limits @param {string} evidence */
export function camera(brightness_ratio, limits, evidence) {
  const dark = brightness_ratio < limits.dark_ratio;
  const found = { figure: brightness_ratio, unit: "ratio", limit: limits.dark_ratio, evidence };
  return finding("camera", dark ? { ...found, verdict: "warn", why: "dark" } : found);
}

/** A device that could not be opened. @param {"microphone"|"camera"} check @param {string} error - DOMException's name */
export function unopened(check, error) {
  if (error === "NotFoundError" || error === "OverconstrainedError") return skipped(check, "no_device");
  const why = error === "NotReadableError" || error === "AbortError" ? "busy" : "denied";
  return finding(check, { verdict: "fail", why, evidence: error });
}

/**
 * A sweep that was played: where it arrived, how late, and with what echo.
 *
 * @param {Arrival|null} found - null: it did not arrive
 * @param {PreflightBounds} limits
 * @param {string} evidence - the microphone's name
 */
export function arrival(found, limits, evidence) {
  const failed = (/** @type {string} */ why) => [finding("sound_path", { verdict: "fail", why, evidence })];
  if (!found) return failed("not_heard");
  if (found.digital) return failed("wrong_device");
  const { dbfs, delay_ms, echo_db, clipped_ratio } = found;
  const clips = clipped_ratio >= (limits.clipped_ratio.fail ?? Infinity);
  const path = clips
    ? finding("sound_path", { verdict: "warn", why: "clipping", figure: dbfs, unit: "dbfs" })
    : below("sound_path", "faint", dbfs, "dbfs", limits.arrival_dbfs);
  const heard = { figure: echo_db, unit: "db", limit: limits.echo_db };
  const echo = finding("sound_echo", echo_db > limits.echo_db ? { ...heard, verdict: "warn", why: "echo" } : heard);
  return [{ ...path, evidence }, above("sound_delay", "late", delay_ms, "ms", limits.sound_delay_ms), echo];
}

/**
 * A sweep that nothing listened to. A microphone that is there must work, and the fault is its own.
 *
 * @param {string} error - DOMException's name
 */
export function unheard(error) {
  const microphone = unopened("microphone", error);
  if (microphone.verdict === "skipped") return [skipped("sound_path", microphone.why)];
  return [microphone, { ...skipped("sound_path", "unsupported"), evidence: error }];
}

/** @param {number|null} free_bytes - room where entries are kept; null: the browser does not say @param {PreflightBounds} limits */
export function disk(free_bytes, limits) {
  if (free_bytes === null) return skipped("disk", "unsupported");
  const { fail } = limits.free_bytes;
  return below("disk", fail !== null && free_bytes < fail ? "full" : "low", free_bytes, "bytes", limits.free_bytes);
}

/** @param {{charging: boolean, level: number}|null} battery - null: the browser does not say @param {PreflightBounds} limits */
export function power(battery, limits) {
  if (battery === null) return skipped("power", "unsupported");
  const found = { figure: battery.level, unit: "ratio" };
  if (battery.charging) return finding("power", found);
  const low = battery.level <= limits.battery_ratio;
  const [verdict, why] = low ? /** @type {const} */ (["fail", "battery_low"]) : /** @type {const} */ (["warn", "battery"]);
  return finding("power", { ...found, verdict, why, limit: limits.battery_ratio });
}

/**
 * Whether media came over UDP; over a relay's TCP it came by the way around a firewall.
 *
 * @param {{connected: boolean, round_trip_ms: number|null, around: boolean}} path
 */
export function paths({ connected, round_trip_ms, around }) {
  if (!connected || around) {
    const udp = finding("udp", { verdict: "fail", why: "blocked" });
    return around ? [udp, finding("tcp_turn", {})] : [udp];
  }
  const unit = round_trip_ms === null ? "" : "ms";
  return [finding("udp", { figure: round_trip_ms, unit }), skipped("tcp_turn", "not_asked")];
}

/**
 * Several receptions of the programme, side by side.
 *
 * @param {import("./load.js").Load} load
 * @param {PreflightBounds} limits
 */
export function bandwidth({ received, lost, kbps, receptions }, limits) {
  if (received <= 0) return finding("bandwidth", { verdict: "fail", why: "no_connection" });
  const carried = received / (received + lost);
  const { verdict } = below("bandwidth", "narrow", carried, "ratio", limits.bandwidth_ratio);
  if (verdict === "ok" && kbps < limits.bandwidth_kbps) return skipped("bandwidth", "not_now");
  const evidence = `${receptions} receptions, ${((1 - carried) * 100).toFixed(1)}% lost`;
  const found = { verdict, figure: kbps, unit: "kbps", limit: limits.bandwidth_kbps, evidence };
  return finding("bandwidth", { ...found, why: verdict === "ok" ? "" : "narrow" });
}

/** @typedef {{connected: boolean, frames: number, sounds: number}} Look - counters, at one moment */

/**
 * A test reception, looked at once a second.
 *
 * @param {Look[]} looks
 * @param {PreflightBounds} limits
 * @param {boolean} [soundOnly] - no picture is sent, by choice: the sound stands for both
 */
export function programme(looks, limits, soundOnly = false) {
  const failed = (/** @type {string} */ why) => finding("programme_test", { verdict: "fail", why });
  if (!looks.some(({ connected }) => connected)) return failed("no_connection");
  const seconds = looks.slice(1).map((look, at) => {
    const before = /** @type {Look} */ (looks[at]);
    const sound = grew(before.sounds, look.sounds);
    return { picture: soundOnly ? sound : grew(before.frames, look.frames), sound };
  });
  const [picture, sound] = [seconds.some((s) => s.picture), seconds.some((s) => s.sound)];
  if (!picture && !sound) return failed("no_packets");
  if (!picture || !sound) return failed(picture ? "no_sound" : "no_picture");
  const good = seconds.filter((s) => s.picture && s.sound).length / seconds.length;
  return { ...below("programme_test", "broken", good, "ratio", limits.good_ratio), evidence: `${seconds.length} s` };
}

/** A counter below the last one belongs to a new session. @param {number} before @param {number} after */
function grew(before, after) {
  return after !== before && after > 0;
}
