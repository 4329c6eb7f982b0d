// @ts-check
/**
 * The one sentence: whether to start, and why not.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { verdict } from "../shared/sentence.js";
import { html } from "../shared/ui.js";

/** @import {Live} from "../shared/live.js" */
/** @import {Known, Verdict} from "../shared/sentence.js" */

/** @param {{live: Live}} props */
export function VerdictCard({ live }) {
  const { mood, lead, judgement, detail } = current(live);
  return html`<section class=${`verdict mood-${mood}`} aria-labelledby="verdict">
    <svg class="verdict-sign" viewBox="0 0 48 48" aria-hidden="true">${SIGNS[mood]}</svg>
    <p id="verdict" class="verdict-words">
      ${lead}${lead && judgement ? " " : ""}
      ${judgement && html`<strong>${judgement}</strong>`}
      ${detail && html`<span>${" "}${detail}</span>`}
    </p>
  </section>`;
}

/** What is known, or null before the first snapshot. @param {Live} live @returns {Known|null} */
export function knownOf(live) {
  const session = live.session.value;
  const totals = live.totals.value;
  const media = live.media.value;
  const now = live.dataMoment.value;
  if (!session || !totals || !media || now === null) return null;
  const main = (session.main_point && live.point(session.main_point)?.value) || null;
  return { session, totals, media, main, now };
}

/** Old data justify no judgement. @param {Live} live @returns {Verdict} */
function current(live) {
  const known = knownOf(live);
  if (!known) return { mood: "quiet", lead: text.value.say("verdict.loading"), judgement: "", detail: "" };
  if (live.trusted.value) return verdict(text.value, known);
  const at = text.value.clock(known.now);
  return {
    mood: "stop",
    lead: text.value.say("verdict.unknown_since", { at }),
    judgement: text.value.say("verdict.do_nothing"),
    detail: "",
  };
}

/** @type {Record<Verdict["mood"], unknown>} */
const SIGNS = {
  go: html`<circle cx="24" cy="24" r="21" /><path d="M14 25 21.5 32.5 35 17" />`,
  wait: html`<circle cx="24" cy="24" r="21" /><path d="M24 12V25L32 30" />`,
  stop: html`<path d="M24 4 45 42H3Z" /><path d="M24 18V29M24 35.4v.2" />`,
  live: html`<circle cx="24" cy="24" r="9" class="is-solid" /><path d="M10 10a20 20 0 0 0 0 28M38 10a20 20 0 0 1 0 28" />`,
  trouble: html`<path d="M24 4 45 42H3Z" /><path d="M24 18V29M24 35.4v.2" />`,
  quiet: html`<circle cx="24" cy="24" r="21" /><path d="M14 24H34" />`,
};
