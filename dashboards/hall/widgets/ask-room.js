// @ts-check
/**
 * What the centre asks and tells: "does the hall see and hear?", and messages of technicians.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html, useSignal } from "../../shared/ui.js";
import { Dialog } from "../../shared/widgets/dialog.js";

/** @import {Desk} from "../desk.js" */

const ANSWERS = /** @type {const} */ (["yes", "no", "unsure"]);

/** @param {{desk: Desk, done: () => void, title: string}} props */
export function RoomQuestion({ desk, done, title }) {
  const say = text.value;
  const picture = useSignal("");
  const sound = useSignal("");
  const ready = picture.value && sound.value;
  const enter = async () => {
    const body = { picture: picture.value, sound: sound.value, note: "" };
    if (await desk.enter({ kind: "room.answered", body })) done();
  };
  return html`<section class="card ask">
    <h2>${title}</h2>
    <${Choice} label=${say.say("ask.picture")} value=${picture} />
    <${Choice} label=${say.say("ask.sound")} value=${sound} />
    <button class="primary" disabled=${!ready} onClick=${enter}>${say.say("ask.send")}</button>
  </section>`;
}

/** @param {{label: string, value: import("../../vendor/signals.js").Signal<string>}} props */
function Choice({ label, value }) {
  return html`<fieldset class="choice">
    <legend>${label}</legend>
    <div class="chips">
      ${ANSWERS.map(
        (answer) => html`<button type="button" aria-pressed=${String(value.value === answer)}
          onClick=${() => (value.value = answer)}>
          ${text.value.say(`answer.${answer}`)}
        </button>`,
      )}
    </div>
  </fieldset>`;
}

/** @param {{message: {text: string, at: number}, close: () => void}} props */
export function CentreMessage({ message, close }) {
  const say = text.value;
  return html`<${Dialog} title=${say.say("message.title", { at: say.hour(message.at) })} close=${close}>
    <p class="message">${message.text}</p>
  <//>`;
}
