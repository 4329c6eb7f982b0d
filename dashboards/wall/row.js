// @ts-check
/**
 * One point in the list: shape, name, code, what is the matter and since when.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { why } from "../shared/sentence.js";
import { html } from "../shared/ui.js";
import { Age } from "../shared/widgets/age.js";
import { dial } from "../shared/widgets/dial.js";
import { Shape } from "../shared/widgets/shape.js";
import { headCount } from "./tile.js";

/** @import {View} from "./view.js" */

/** @param {{code: string, view: View}} props */
export function Row({ code, view }) {
  const say = text.value;
  const point = view.live.point(code)?.value;
  if (!point) return null;
  // The call list has its numbers on every screen that has a mouse.
  const calls = view.narrow.value || (view.filter.value === "absent" && !view.kiosk);
  const phone = calls && (point.contact_phone || point.deputy_phone);
  return html`<li class="row">
    <button class="row-open" onClick=${() => (view.opened.value = code)}>
      <span class=${`row-shape tile-${point.tile}`}><${Shape} tile=${point.tile} /></span>
      <span class="row-words">
        <span class="row-name">${point.name}</span>
        <span class="row-what">
          <b>${code}</b>
          <span class="row-why">
            ${point.main
              ? html`<strong>${say.sentence(say.say("wall.main_point"))}</strong>: ${why(say, point.why)}`
              : say.sentence(why(say, point.why))}
          </span>
          ${view.filter.value === "absent" && point.risk > 0 &&
          html`<span class="row-risk">${say.say("wall.risk", { n: point.risk })}</span>`}
          ${point.tile === "ok"
            ? html`<span class="age">${headCount(point)}</span>`
            : html`<${Age} live=${view.live} since=${point.since} />`}
        </span>
      </span>
    </button>
    ${phone &&
    html`<a class="call" href=${dial(phone)}
      aria-label=${say.say("wall.call_whom", { name: point.contact_name ?? point.name })}>
      ${say.say("wall.call")}
    </a>`}
  </li>`;
}
