// @ts-check
/**
 * The sentence to read aloud, with its time, to copy.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { readAloud } from "../shared/sentence.js";
import { html, useSignal } from "../shared/ui.js";

/** @import {Live} from "../shared/live.js" */

/** So many codes of doubtful counts are named. */
const NAMED = 4;

/** @param {{live: Live}} props */
export function ReadAloud({ live }) {
  const say = text.value;
  const totals = live.totals.value;
  const at = live.dataMoment.value;
  const sentence = totals ? readAloud(say, totals) : null;
  const doubtful = live.doubtful.value;
  const guests = totals?.people.guests ?? 0;
  return html`<section class="card aloud" aria-labelledby="aloud">
    <div class="aloud-head">
      <h2 id="aloud">${say.say("aloud.title")}</h2>
      ${sentence && html`<${Copy} sentence=${sentence} />`}
    </div>
    <blockquote id="aloud-sentence">${sentence ?? say.say("aloud.nothing")}</blockquote>
    <p class="aloud-foot">
      <span class=${live.trusted.value ? "" : "is-old"}>
        ${at !== null && say.say(live.trusted.value ? "aloud.at" : "aloud.at_old", { at: say.clock(at) })}
        ${guests > 0 && html` · ${say.say("aloud.guests", { n: guests })}`}
      </span>
    </p>
    ${doubtful.length > 0 &&
    html`<p class="aloud-doubt">
      ${say.say("aloud.too_many", { n: doubtful.length, codes: some(doubtful) })}
    </p>`}
  </section>`;
}

/** The first few codes. @param {string[]} codes */
function some(codes) {
  return codes.slice(0, NAMED).join(", ") + (codes.length > NAMED ? "…" : "");
}

/** @param {{sentence: string}} props */
function Copy({ sentence }) {
  const copied = useSignal("");
  const click = async () => {
    copied.value = (await copy(sentence)) ? sentence : "";
  };
  const done = copied.value === sentence;
  return html`<button class="quiet copy" onClick=${click}>
    <span role="status">${text.value.say(done ? "aloud.copied" : "aloud.copy")}</span>
  </button>`;
}

/** @param {string} sentence */
async function copy(sentence) {
  try {
    await navigator.clipboard.writeText(sentence);
    return true;
  } catch {
    // No permission or no secure context: mark it, so that Ctrl+C takes it.
    const node = document.getElementById("aloud-sentence");
    if (node) getSelection()?.selectAllChildren(node);
    return false;
  }
}
