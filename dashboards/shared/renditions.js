// @ts-check
/**
 * The pictures that a camera is sent in: as it is, and once more in fewer bits for the halls
 * that the first does not fit (simulcast). Pure.
 *
 * @module
 */

/** Smaller pictures are not worth two. */
const WORTH_LINES = 540;
const LOW_LINES = 360;
/** With its sound and headers 92 of them fit into 85 % of 100 Mbps, and are read from the last row. */
const LOW_BPS = 600_000;

/**
 * What to offer; nothing for one picture. The first one stays when the server takes only one.
 *
 * @param {{width?: number, height?: number}} size - of the camera's picture, pixels
 * @returns {RTCRtpEncodingParameters[]|undefined}
 */
export function renditionsOf({ width = 0, height = 0 }) {
  const lines = Math.min(width, height);
  if (lines < WORTH_LINES) return undefined;
  return [
    { rid: "high" },
    { rid: "low", scaleResolutionDownBy: lines / LOW_LINES, maxBitrate: LOW_BPS },
  ];
}
