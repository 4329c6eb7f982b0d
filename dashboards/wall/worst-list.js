// @ts-check
/**
 * Names live here: the points that need somebody, worst first. On the wall as many whole
 * rows as fit and how many more there are; on a phone all of them.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html, useComputed } from "../shared/ui.js";
import { Row } from "./row.js";
import { useShown } from "./shown.js";

/** @import {View} from "./view.js" */

/** More rows than any screen shows need not be drawn beside the mosaic. */
const DRAWN = 24;

/** @param {{view: View}} props */
export function WorstList({ view }) {
  const say = text.value;
  const narrow = view.narrow.value;
  // The order may change below what is drawn without costing anything here.
  const drawn = useComputed(() => {
    const codes = view.narrow.value ? view.listed.value : view.listed.value.slice(0, DRAWN);
    return codes.join("\n");
  });
  const codes = drawn.value ? drawn.value.split("\n") : [];
  const { box, shown } = useShown(narrow, drawn.value);
  const total = view.listed.value.length;
  const hidden = narrow ? 0 : total - Math.min(shown.value, total);
  return html`<section class="worst" aria-labelledby="worst-title">
    <h2 id="worst-title">${say.say(title(view))} <b>${say.number(total)}</b></h2>
    ${codes.length === 0 && html`<p class="worst-none">${say.say(nothing(view))}</p>`}
    <ul class="rows" ref=${box}>
      ${codes.map((code) => html`<${Row} key=${code} code=${code} view=${view} />`)}
    </ul>
    <p class="worst-more">${hidden > 0 ? say.say("wall.more", { n: hidden }) : ""}</p>
  </section>`;
}

/** @param {View} view */
function title(view) {
  if (view.query.value.trim()) return "wall.found";
  if (view.filter.value === "unreported") return "wall.unreported";
  if (view.filter.value === "absent") return "wall.absent";
  if (view.mine.value) return "wall.mine";
  return view.narrow.value && view.filter.value === "all" ? "wall.all" : "wall.worst";
}

/** @param {View} view */
function nothing(view) {
  if (view.query.value.trim()) return "wall.found_none";
  if (!view.live.trusted.value) return "wall.worst_unknown";
  if (view.filter.value === "absent") return "wall.absent_none";
  if (view.filter.value === "unreported") return "wall.unreported_none";
  return "wall.worst_none";
}
