// @ts-check
/**
 * The studio on the console: own picture, level, what comes back, and the one way on air.
 * What the halls may lose by it is held, not clicked.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { sourceName } from "../shared/sentence.js";
import { html } from "../shared/ui.js";
import { Picture } from "../shared/widgets/picture.js";
import { DeviceChoice } from "./device-choice.js";
import { HoldButton } from "./hold-button.js";
import { LevelMeter } from "./level-meter.js";
import { publishing, returning, sourceState } from "./studio-words.js";

/** @import {Desk} from "./desk.js" */
/** @import {Place, Studio} from "./studio.js" */

/** @type {Place[]} */
const PLACES = ["studio", "studio-backup"];

/** @param {{desk: Desk, studio: Studio}} props */
export function StudioPanel({ desk, studio }) {
  const stream = studio.stream.value;
  return html`<div class="studio">
    <${Standing} desk=${desk} studio=${studio} />
    ${stream
      ? html`<${Pictures} studio=${studio} stream=${stream} />
          <${DeviceChoice} studio=${studio} />
          <${Deeds} desk=${desk} studio=${studio} />`
      : html`<${Opening} studio=${studio} />`}
  </div>`;
}

/** Whether the halls see what this machine publishes. @param {Desk} desk @param {Studio} studio */
function seen({ live }, { place }) {
  const media = live.media.value;
  return media !== null && sourceState(media, place.value, live.trusted.value) === "seen";
}

/** @param {{desk: Desk, studio: Studio}} props */
function Standing({ desk, studio }) {
  const say = text.value;
  const fault = studio.fault.value;
  const media = desk.live.media.value;
  const { mood, words } = publishing(say, {
    captured: studio.stream.value !== null,
    link: studio.link.value,
    place: studio.place.value,
    seen: seen(desk, studio),
  });
  return html`<div class="standing">
    <p class=${`standing-words is-${mood}`} role="status">${words}</p>
    ${fault && html`<p class="standing-fault" role="alert">${say.say(`capture.${fault}`)}</p>`}
    ${fault && studio.stream.value &&
    html`<button class="quiet small" aria-disabled=${String(studio.asking.value)}
      onClick=${() => studio.again()}>${say.say("studio.again")}</button>`}
    ${media &&
    html`<ul class="places">
      ${PLACES.map((place) => {
        const state = sourceState(media, place, desk.live.trusted.value);
        return html`<li key=${place} class=${`is-${state}`}>
          ${say.sentence(sourceName(say, place))}:${" "}
          <b>${say.say(`source_state.${state}`)}</b>
        </li>`;
      })}
    </ul>`}
  </div>`;
}

/** @param {{studio: Studio}} props */
function Opening({ studio }) {
  const say = text.value;
  const off = studio.asking.value;
  return html`<p class="studio-hint">${say.say("studio.hint")}</p>
    <div class="actions-quiet">
      <button class="quiet" aria-disabled=${String(off)} onClick=${() => studio.open("camera")}>
        ${say.say(off ? "studio.asking" : "studio.open")}
      </button>
      <button class="quiet" aria-disabled=${String(off)} onClick=${() => studio.open("screen")}>
        ${say.say("studio.share")}
      </button>
    </div>`;
}

/** @param {{studio: Studio, stream: MediaStream}} props */
function Pictures({ studio, stream }) {
  const say = text.value;
  const back = returning(say, studio.returnLink.value);
  const listening = studio.listening.value;
  return html`<div class="pictures">
    <figure>
      <${Picture} stream=${stream} label=${say.say("studio.own")} mirrored=${studio.what.value === "camera"} />
      <figcaption>${say.say("studio.own")}</figcaption>
      <${LevelMeter} stream=${stream} muted=${studio.muted.value} />
    </figure>
    <figure>
      <${Picture} stream=${studio.returned.value} label=${say.say("studio.return")} heard=${listening} />
      ${back && html`<p class="picture-note">${back}</p>`}
      <figcaption>${say.say("studio.return")}</figcaption>
      <button class="quiet small" aria-pressed=${String(listening)}
        onClick=${() => (studio.listening.value = !listening)}>
        ${say.say(listening ? "studio.deafen" : "studio.listen")}
      </button>
    </figure>
  </div>`;
}

/** @param {{desk: Desk, studio: Studio}} props */
function Deeds({ desk, studio }) {
  const say = text.value;
  const other = studio.what.value === "camera" ? "screen" : "camera";
  return html`<div class="studio-deeds">
    ${studio.busy.value ? html`<${Stop} desk=${desk} studio=${studio} />` : html`<${Publish} desk=${desk} studio=${studio} />`}
    <button class="quiet small" onClick=${() => studio.open(other)}>
      ${say.say(other === "screen" ? "studio.share" : "studio.use_camera")}
    </button>
    <button class="quiet small" aria-pressed=${String(studio.muted.value)} onClick=${() => studio.mute()}>
      ${say.say(studio.muted.value ? "studio.unmute" : "studio.mute")}
    </button>
    ${!studio.busy.value &&
    html`<button class="quiet small" onClick=${() => studio.close()}>${say.say("studio.close")}</button>`}
  </div>`;
}

/** Nothing is on air by it: who publishes where nobody is, is seen only when the host starts. */
function Publish(/** @type {{desk: Desk, studio: Studio}} */ { desk, studio }) {
  const say = text.value;
  const { state, code } = studio.link.value;
  const choose = (/** @type {Event} */ event) => {
    studio.place.value = /** @type {Place} */ (/** @type {HTMLSelectElement} */ (event.target).value);
  };
  return html`<label class="device">
      <span>${say.say("studio.as")}</span>
      <select value=${studio.place.value} onChange=${choose}>
        ${PLACES.map(
          (place) =>
            html`<option key=${place} value=${place} selected=${place === studio.place.value}>
              ${say.sentence(sourceName(say, place))}
            </option>`,
        )}
      </select>
    </label>
    <button class="quiet strong" onClick=${() => studio.publish()}>${say.say("studio.publish")}</button>
    ${state === "refused" && code === "occupied" &&
    html`<${HoldButton} desk=${desk} label=${say.say("studio.take_over")} seconds=${2}
      look="hold-back hold-small" deed=${() => studio.publish({ takeover: true })} />`}`;
}

/** @param {{desk: Desk, studio: Studio}} props */
function Stop({ desk, studio }) {
  const label = text.value.say("studio.stop");
  if (!seen(desk, studio))
    return html`<button class="quiet strong" onClick=${() => studio.stop()}>${label}</button>`;
  return html`<${HoldButton} desk=${desk} label=${label} seconds=${2} look="hold-plain hold-small"
    deed=${() => studio.stop()} />`;
}
