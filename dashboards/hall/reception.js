// @ts-check
/**
 * `media` of a report from what `getStats()` gave (W3C webrtc-stats keeps its names on the
 * wire) and what the player shows. Pure.
 *
 * @module
 */

const VIDEO = [
  "pliCount",
  "framesReceived",
  "framesDecoded",
  "keyFramesDecoded",
  "framesDropped",
  "framesPerSecond",
  "frameWidth",
  "frameHeight",
  "totalDecodeTime",
  "freezeCount",
  "totalFreezesDuration",
];
const AUDIO = [
  "totalSamplesReceived",
  "concealedSamples",
  "concealmentEvents",
  "audioLevel",
  "totalAudioEnergy",
  "totalSamplesDuration",
];
const BOTH = [
  "packetsReceived",
  "packetsLost",
  "jitter",
  "bytesReceived",
  "retransmittedPacketsReceived",
  "nackCount",
];

/** @typedef {Record<string, unknown>} Stat */

/**
 * What the player presents at this moment; null where the browser does not tell.
 *
 * @typedef {object} Shown
 * @property {number|null} newest_ms - since the newest frame was presented
 * @property {number|null} rtpTimestamp - of the frame the thumbnail is of
 * @property {number|null} frame_ms - since that one was presented
 * @property {string|null} thumbnail - base64
 * @property {number|null} soundRtpTimestamp
 * @property {number|null} sound_ms - since that sample was played
 * @property {number} volume
 * @property {boolean} muted
 * @property {boolean} paused
 * @property {boolean} visible
 */

/**
 * @param {Stat[]} stats - every entry of one `getStats()`
 * @param {boolean} connected
 * @param {Shown} shown
 */
export function mediaOf(stats, connected, shown) {
  const inbound = (/** @type {string} */ kind) =>
    stats.find((stat) => stat["type"] === "inbound-rtp" && stat["kind"] === kind);
  const [video, audio] = [inbound("video"), inbound("audio")];
  return {
    connected,
    decoding: video?.["framesDecoded"] ? "all" : "none",
    currentRoundTripTime: roundTrip(stats),
    lastPacketAge: packetAge([video, audio]),
    lastFrameAge: shown.newest_ms === null ? null : shown.newest_ms / 1_000,
    video: video ? picked(video, [...BOTH, ...VIDEO]) : null,
    audio: audio ? picked(audio, [...BOTH, ...AUDIO]) : null,
    presented: presentedOf(shown),
  };
}

/** @param {Shown} shown */
function presentedOf({ rtpTimestamp, frame_ms, thumbnail, soundRtpTimestamp, sound_ms, ...rest }) {
  const { newest_ms: _, ...player } = rest;
  return {
    by: rtpTimestamp === null ? "none" : "frame_callback",
    rtpTimestamp,
    age: (frame_ms ?? 0) / 1_000,
    thumbnail,
    soundRtpTimestamp,
    soundAge: (sound_ms ?? 0) / 1_000,
    ...player,
  };
}

/** Numbers the browser gave; what it does not know is left out. @param {Stat} stat @param {string[]} names */
function picked(stat, names) {
  const given = names.filter((name) => Number.isFinite(stat[name]));
  return Object.fromEntries(given.map((name) => [name, stat[name]]));
}

/**
 * How media came: over UDP, or around a firewall over a TURN server's TCP.
 *
 * @param {Stat[]} stats
 * @param {boolean} connected
 */
export function pathOf(stats, connected) {
  const local = stats.find((stat) => stat["id"] === usedPair(stats)?.["localCandidateId"]);
  const seconds = roundTrip(stats);
  return {
    connected,
    round_trip_ms: seconds === null ? null : seconds * 1_000,
    around: local?.["protocol"] === "tcp" || ["tcp", "tls"].includes(String(local?.["relayProtocol"])),
  };
}

/** Of the candidate pair in use, seconds. @param {Stat[]} stats @returns {number|null} */
function roundTrip(stats) {
  const time = usedPair(stats)?.["currentRoundTripTime"];
  return typeof time === "number" ? time : null;
}

/** @param {Stat[]} stats */
function usedPair(stats) {
  const used = stats.find((stat) => stat["type"] === "transport")?.["selectedCandidatePairId"];
  return stats.find((stat) => stat["type"] === "candidate-pair" && (used ? stat["id"] === used : stat["nominated"]));
}

/** Seconds since the last packet of any stream. @param {(Stat|undefined)[]} streams @returns {number|null} */
function packetAge(streams) {
  const ages = streams.flatMap((stat) => {
    const [now, last] = [stat?.["timestamp"], stat?.["lastPacketReceivedTimestamp"]];
    return typeof now === "number" && typeof last === "number" ? [now - last] : [];
  });
  return ages.length ? Math.max(0, Math.min(...ages)) / 1_000 : null;
}
