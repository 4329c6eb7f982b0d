// @ts-check
/**
 * The technicians' wall: one television and a few phones.
 *
 * @module
 */

import { Live } from "../shared/live.js";
import { text } from "../shared/language.js";
import { begin } from "../shared/page.js";
import { effect, html } from "../shared/ui.js";
import { LinkBand } from "../shared/widgets/link-band.js";
import { Detail } from "./detail.js";
import { Header } from "./header.js";
import { Help } from "./help.js";
import { listen } from "./keys.js";
import { shift, stayAwake } from "./kiosk.js";
import { Legend } from "./legend.js";
import { Mosaic } from "./mosaic.js";
import { Toolbar } from "./toolbar.js";
import { View } from "./view.js";
import { WorstList } from "./worst-list.js";

/** @param {{view: View}} props */
function Wall({ view }) {
  const { live } = view;
  const state = live.trusted.value ? "is-live" : live.known.value ? "is-old" : "is-first";
  return html`<div class=${`wall ${state}${view.kiosk ? " is-kiosk" : ""}`}>
    <${Header} view=${view} />
    <${LinkBand} live=${live} />
    <main class="body"><${Body} view=${view} /></main>
    ${!view.narrow.value && html`<${Legend} view=${view} />`}
    <${Detail} view=${view} />
    ${view.help.value && html`<${Help} view=${view} />`}
  </div>`;
}

/** @param {{view: View}} props */
function Body({ view }) {
  const { live } = view;
  if (!live.known.value) return null;
  if (live.ranked.value.length === 0)
    return html`<div class="empty">
      <p>${text.value.say("wall.empty")}</p>
      <p class="empty-how">${text.value.say("wall.empty_how")}</p>
    </div>`;
  return html`
    ${!view.narrow.value && html`<${Mosaic} view=${view} />`}
    <div class="side">
      ${!view.kiosk && html`<${Toolbar} view=${view} />`}
      <${WorstList} view=${view} />
    </div>
  `;
}

const kiosk = new URLSearchParams(location.search).get("kiosk") === "1";

await begin(() => {
  const live = new Live();
  const view = new View(live, kiosk);
  live.start();
  listen(view);
  stayAwake();
  shift(document.body);
  effect(() => {
    document.title = text.value.say("wall.title");
  });
  return html`<${Wall} view=${view} />`;
});
