// @ts-check
/**
 * Which camera and which microphone.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html } from "../shared/ui.js";

/** @import {Studio} from "./studio.js" */

/** @param {{studio: Studio}} props */
export function DeviceChoice({ studio }) {
  const stream = studio.stream.value;
  const camera = stream?.getVideoTracks()[0]?.getSettings().deviceId ?? "";
  const microphone = stream?.getAudioTracks()[0]?.getSettings().deviceId ?? "";
  return html`<div class="devices">
    ${studio.what.value === "camera" &&
    html`<${Choice} studio=${studio} kind="camera" held=${camera} all=${studio.cameras.value} />`}
    <${Choice} studio=${studio} kind="microphone" held=${microphone} all=${studio.microphones.value} />
  </div>`;
}

/** @param {{studio: Studio, kind: "camera"|"microphone", held: string, all: MediaDeviceInfo[]}} props */
function Choice({ studio, kind, held, all }) {
  const say = text.value;
  const change = (/** @type {Event} */ event) =>
    void studio.choose(kind, /** @type {HTMLSelectElement} */ (event.target).value);
  return html`<label class="device">
    <span>${say.say(`studio.${kind}`)}</span>
    <select value=${held} onChange=${change}>
      ${all.map(
        ({ deviceId, label }, at) =>
          html`<option key=${deviceId} value=${deviceId} selected=${deviceId === held}>
            ${label || say.say("studio.device", { n: at + 1 })}
          </option>`,
      )}
    </select>
  </label>`;
}
