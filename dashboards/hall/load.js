// @ts-check
/**
 * The bandwidth test: the programme several times at once, over the real path, for some
 * seconds. Only by the centre's ticket: it takes some of the uplink.
 *
 * @module
 */

import { Whep } from "../shared/whep.js";
import { total } from "../shared/media-peer.js";

const CONNECT_MS = 8_000;
const LOAD_MS = 5_000;
const LOOK_MS = 100;
/** Side by side, beside the hall's own; as endpoints/preflight/finding.py. */
const MOST = 6;

/** @typedef {{at: number, received: number, lost: number, bytes: number}} Count */
/** @typedef {{received: number, lost: number, kbps: number, receptions: number}} Load */

/** How many more receptions, of so many kbit/s each, make a test. @param {number} kbps @param {number} wanted_kbps */
export function receptionsNeeded(kbps, wanted_kbps) {
  return Math.min(MOST, Math.max(1, Math.ceil((wanted_kbps / Math.max(kbps, 1)) * 1.2) - 1));
}

/** What arrived between two looks at the same receptions, in their order. @param {Count[]} before @param {Count[]} after @returns {Load} */
export function loadOf(before, after) {
  const load = { received: 0, lost: 0, kbps: 0, receptions: after.length };
  after.forEach((now, n) => {
    const then = /** @type {Count} */ (before[n]);
    load.received += now.received - then.received;
    load.lost += now.lost - then.lost;
    load.kbps += ((now.bytes - then.bytes) * 8) / Math.max(now.at - then.at, 1);
  });
  return { ...load, lost: Math.max(0, load.lost), kbps: Math.round(load.kbps) };
}

/** The counters of one reception. @param {RTCStatsReport} report @returns {Count} */
export function countOf(report) {
  const sum = (/** @type {string} */ name) => total(report, "inbound-rtp", name);
  const [received, lost, bytes] = [sum("packetsReceived"), sum("packetsLost"), sum("bytesReceived")];
  return { at: performance.now(), received, lost, bytes };
}

/**
 * Receive the programme some times more.
 *
 * @param {string} credential
 * @param {number} receptions
 * @returns {Promise<Load|null>} null when not all of them could be had
 */
export async function carry(credential, receptions) {
  const lines = Array.from({ length: receptions }, () => new Line(credential));
  try {
    if (!(await until(() => lines.every(({ newest }) => newest), CONNECT_MS))) return null;
    const before = lines.map(({ newest }) => /** @type {Count} */ (newest));
    await until(() => false, LOAD_MS);
    return loadOf(before, lines.map(({ newest }) => /** @type {Count} */ (newest)));
  } finally {
    for (const line of lines) line.stop();
  }
}

/** One further reception, which nobody sees. */
class Line {
  /** @type {Count|null} */
  newest = null;
  #whep;

  /** @param {string} credential */
  constructor(credential) {
    this.#whep = new Whep({
      play: () => undefined,
      changed: () => undefined,
      measured: (report) => (this.newest = countOf(report)),
    });
    this.#whep.watch("programme", credential);
  }

  stop() {
    this.#whep.stop();
  }
}

/** @param {() => unknown} true_ @param {number} within_ms @returns {Promise<boolean>} whether it came true in time */
async function until(true_, within_ms) {
  for (let spent = 0; spent < within_ms; spent += LOOK_MS) {
    if (true_()) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return Boolean(true_());
}
