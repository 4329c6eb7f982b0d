// @ts-check
/**
 * What became of the last order, in words; never a hope.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html } from "../shared/ui.js";
import { orderText } from "./command.js";

/** @import {Desk} from "./desk.js" */

/** @param {{desk: Desk}} props */
export function OrderLine({ desk }) {
  const order = desk.order.value;
  const live = desk.live.session.value?.phase === "live";
  return html`<p class=${`order order-${order?.state ?? "none"}`} role="status">
    ${order ? orderText(text.value, order, live) : desk.live.trusted.value ? "" : text.value.say("order.untrusted")}
  </p>`;
}
