// @ts-check
/**
 * What to look at: filters, our share, a search that needs no marks; and the tone.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html } from "../shared/ui.js";

/** @import {Sound} from "./sound.js" */
/** @import {Filter, View} from "./view.js" */

/** @param {{view: View, sound: Sound}} props */
export function Toolbar({ view, sound }) {
  const say = text.value;
  const { live } = view;
  const totals = live.totals.value;
  const unreported = totals ? totals.points - totals.points_reported : 0;
  const absent = totals ? sum(totals.presence, ["never_seen", "lost", "left"]) : 0;
  return html`<div class="tools">
    <div class="filters" role="group" aria-label=${say.say("wall.filters")}>
      <${Choice} view=${view} filter="all" label=${say.say("filter.all")} n=${live.ranked.value.length} />
      <${Choice} view=${view} filter="problems" label=${say.say("filter.problems")} n=${live.problems.value} />
      <${Choice} view=${view} filter="unreported" label=${say.say("filter.unreported")} n=${unreported} />
      <${Choice} view=${view} filter="absent" label=${say.say("filter.absent")} n=${absent} />
    </div>
    <div class="tools-find">
    <input class="search" id="search" type="search" autocomplete="off" spellcheck=${false}
      placeholder=${say.say("wall.search_short")} aria-label=${say.say("wall.search")}
      value=${view.query.value} onInput=${search(view)} onKeyDown=${leave(view)} />
    ${view.tends() && html`<${Mine} view=${view} />`}
    <button class="tool" onClick=${() => (view.rolling.value = true)}>${say.say("roll_panel.open")}</button>
    <button class="tool" aria-pressed=${String(sound.on.value)} onClick=${() => sound.toggle()}>
      ${say.say(sound.on.value ? "sound.on" : "sound.off")}
    </button>
    ${!view.narrow.value &&
    html`<button class="tool" onClick=${() => (view.help.value = true)}
      aria-label=${say.say("help.title")}>?</button>`}
    </div>
  </div>`;
}

/** Our share only, and who has which. @param {{view: View}} props */
function Mine({ view }) {
  const say = text.value;
  return html`<button class="tool" aria-pressed=${String(view.mine.value)}
      onClick=${() => (view.mine.value = !view.mine.value)}>${say.say("filter.mine")}</button>
    <button class="tool" onClick=${() => (view.sharing.value = true)}>${say.say("share.open")}</button>`;
}

/** @param {Record<string, number>} sums @param {string[]} values */
function sum(sums, values) {
  return values.reduce((all, value) => all + (sums[value] ?? 0), 0);
}

/** @param {{view: View, filter: Filter, label: string, n: number}} props */
function Choice({ view, filter, label, n }) {
  return html`<button class="filter" aria-pressed=${String(view.filter.value === filter)}
    onClick=${() => (view.filter.value = filter)}>
    ${label} <b>${text.value.number(n)}</b>
  </button>`;
}

/** @param {View} view */
function search(view) {
  return (/** @type {Event} */ event) => {
    view.query.value = /** @type {HTMLInputElement} */ (event.target).value;
  };
}

/** @param {View} view */
function leave(view) {
  return (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    view.query.value = "";
    /** @type {HTMLElement} */ (event.target).blur();
  };
}
