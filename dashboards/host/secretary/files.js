// @ts-check
/**
 * The numbers as files, and on paper.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html } from "../../shared/ui.js";

/** @import {Book} from "./book.js" */

/** @param {{book: Book}} props */
export function Files({ book }) {
  const say = text.value;
  const session = book.answer.value?.session;
  if (!session) return null;
  const query = `?session=${encodeURIComponent(session)}&lang=${say.lang}`;
  return html`<section class="card files" aria-labelledby="files">
    <h2 id="files">${say.say("files.title")}</h2>
    <div class="case-choices">
      ${["xlsx", "csv", "json"].map(
        (kind) =>
          html`<a class="quiet" href=${`/api/v1/session/attendance.${kind}${query}`} download>
            ${say.say(`files.${kind}`)}
          </a>`,
      )}
      <button class="quiet" onClick=${() => window.print()}>${say.say("files.print")}</button>
      <a class="quiet" href="/api/v1/calendar.ics" download>${say.say("files.calendar")}</a>
    </div>
  </section>`;
}
