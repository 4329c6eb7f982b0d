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
import { AlarmList } from "./alarm-list.js";
import { AlarmSheet } from "./alarm-sheet.js";
import { Detail } from "./detail.js";
import { Header } from "./header.js";
import { Help } from "./help.js";
import { listen } from "./keys.js";
import { shift, stayAwake } from "./kiosk.js";
import { Legend } from "./legend.js";
import { Mosaic } from "./mosaic.js";
import { RollSheet } from "./roll-sheet.js";
import { ShareSheet } from "./share.js";
import { Sound } from "./sound.js";
import { Toolbar } from "./toolbar.js";
import { View } from "./view.js";
import { WorstList } from "./worst-list.js";

/** @param {{view: View, sound: Sound}} props */
function Wall({ view, sound }) {
  const { live } = view;
  const state = live.trusted.value ? "is-live" : live.known.value ? "is-old" : "is-first";
  return html`<div class=${`wall ${state}${view.kiosk ? " is-kiosk" : ""}`}>
    <${Header} view=${view} />
    <${LinkBand} live=${live} />
    <main class="body"><${Body} view=${view} sound=${sound} /></main>
    ${!view.narrow.value && html`<${Legend} view=${view} />`}
    <${Detail} view=${view} />
    <${AlarmSheet} view=${view} />
    ${view.sharing.value && html`<${ShareSheet} view=${view} />`}
    ${view.rolling.value && html`<${RollSheet} view=${view} />`}
    ${view.help.value && html`<${Help} view=${view} />`}
  </div>`;
}

/** @param {{view: View, sound: Sound}} props */
function Body({ view, sound }) {
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
      ${view.narrow.value && html`<${AlarmList} view=${view} />`}
      ${!view.kiosk && html`<${Toolbar} view=${view} sound=${sound} />`}
      ${!view.narrow.value && html`<${AlarmList} view=${view} />`}
      ${view.listing() && html`<${WorstList} view=${view} />`}
    </div>
  `;
}

const kiosk = new URLSearchParams(location.search).get("kiosk") === "1";

await begin(() => {
  const live = new Live();
  const view = new View(live, kiosk);
  live.start();
  const sound = new Sound();
  sound.listen(view);
  listen(view, sound);
  stayAwake();
  shift(document.body);
  effect(() => {
    document.title = text.value.say("wall.title");
  });
  return html`<${Wall} view=${view} sound=${sound} />`;
});
