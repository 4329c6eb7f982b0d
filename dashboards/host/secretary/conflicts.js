// @ts-check
/**
 * What only a person can decide: somebody counted twice, too many credits, unknown guests.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html } from "../../shared/ui.js";
import { GuestHome } from "./guest-home.js";
import { placeOf } from "./place.js";

/** @import {ConflictLine} from "../../shared/attendance.d.ts" */
/** @import {Book} from "./book.js" */

/** @param {{book: Book}} props */
export function Conflicts({ book }) {
  const say = text.value;
  const found = book.conflicts.value;
  if (found === null) return html`<p class="empty">${say.say("secretary.loading")}</p>`;
  if (!found.length) return html`<p class="empty">${say.say("conflict.none")}</p>`;
  return html`<ul class="cases">
    ${found.map((one) => html`<${Case} key=${one.id} book=${book} one=${one} />`)}
  </ul>`;
}

/** @param {{book: Book, one: ConflictLine}} props */
function Case({ book, one }) {
  const say = text.value;
  const place = placeOf(book, one.point, one.branch);
  return html`<li class=${one.decision === null ? "case" : "case is-decided"}>
    <p class="case-head">
      ${say.say(`conflict.${one.kind}`, { who: one.name ?? say.say("conflict.nameless"), place, n: one.people })}
    </p>
    ${one.kind === "guest" && html`<p>${[one.number, one.unit].filter(Boolean).join(" · ")}</p>`}
    ${one.decision !== null &&
    html`<p class="case-decided">
      ${say.say("conflict.decided", { what: choice(book, one.decision), by: one.decided_by ?? "–" })}
    </p>`}
    ${one.kind === "guest"
      ? html`<${GuestHome} book=${book} one=${one} />`
      : html`<div class="case-choices">
          ${one.choices.map(
            (decision) =>
              html`<button class="quiet" aria-pressed=${String(one.decision === decision)}
                onClick=${() => void book.resolve({ conflict: one.id, decision })}>
                ${choice(book, decision)}
              </button>`,
          )}
        </div>`}
  </li>`;
}

/** @param {Book} book @param {string} decision */
function choice(book, decision) {
  const say = text.value;
  if (say.knows(`conflict.choice.${decision}`)) return say.say(`conflict.choice.${decision}`);
  const [kind, id] = decision.split("/");
  if (kind === "guest" || kind === "transfer" || kind === "walk_in")
    return say.say(`conflict.choice.${kind}`, { id: (id ?? "").slice(0, 6) });
  return placeOf(book, decision, "");
}
