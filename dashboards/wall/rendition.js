// @ts-check
/**
 * What the relay sends to a hall, why it is not better, and the choice of it. The choice holds
 * for this session, also when the hall leaves and comes back; what becomes of it is an order.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html } from "../shared/ui.js";
import { chooseRendition } from "./api.js";

/** @import {PointView} from "../shared/wire.d.ts" */
/** @import {Deed} from "./deed.js" */

const CHOICES = /** @type {const} */ (["auto", "high", "low", "sound"]);

/** @param {{point: PointView}} props */
export function Sending({ point }) {
  const say = text.value;
  const why = `rendition.why.${point.sending_why}`;
  return html`<p class="sending">
    ${say.say(`rendition.now.${point.sending ?? "none"}`)}${" "}
    ${point.sending && say.knows(why) && say.say(why)}
  </p>`;
}

/** @param {{point: PointView, deed: Deed, look: () => void}} props */
export function RenditionChoice({ point, deed, look }) {
  const say = text.value;
  const choose = async (/** @type {PointView["rendition"]} */ choice) => {
    await deed.run(() => chooseRendition(point.code, choice));
    look();
  };
  return html`<div class="deeds-row" role="group" aria-label=${say.say("rendition.title")}>
    ${CHOICES.map(
      (choice) =>
        html`<button class="deed" aria-pressed=${String(point.rendition === choice)}
          onClick=${() => void choose(choice)}>
          ${say.say(`rendition.${choice}`)}
        </button>`,
    )}
  </div>`;
}
