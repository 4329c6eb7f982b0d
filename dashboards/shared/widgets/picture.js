// @ts-check
/**
 * A moving picture: a stream as it comes, muted unless somebody wants to hear it.
 *
 * @module
 */

import { html, useEffect, useRef } from "../ui.js";

/**
 * @param {object} props
 * @param {MediaStream|null} props.stream
 * @param {string} props.label - what it is, for those who do not see it
 * @param {boolean} [props.heard]
 * @param {boolean} [props.mirrored] - as people know themselves
 */
export function Picture({ stream, label, heard = false, mirrored = false }) {
  const held = useRef(/** @type {HTMLVideoElement|null} */ (null));
  useEffect(() => {
    const video = /** @type {HTMLVideoElement} */ (held.current);
    video.srcObject = stream;
    // A browser that does not play before a click shows the first frame; the click comes.
    if (stream) video.play().catch(() => undefined);
  }, [stream]);
  useEffect(() => {
    const video = /** @type {HTMLVideoElement} */ (held.current);
    // As a property: an attribute would only be the beginning.
    video.muted = !heard;
  }, [heard]);
  return html`<video ref=${held} class=${mirrored ? "picture is-mirrored" : "picture"}
    aria-label=${label} autoplay playsinline muted />`;
}
