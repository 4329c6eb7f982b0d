// @ts-check
/**
 * The warning of a page that was opened inside Zalo and the like.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html, useSignal } from "../../shared/ui.js";

/** @param {{app: string, stay: () => void}} props */
export function InApp({ app, stay }) {
  const say = text.value;
  const copied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(location.href);
    copied.value = true;
  };
  return html`<main class="hall join">
    <h1>${say.say("hall.in_app_title")}</h1>
    <p class="card card-warn" role="alert">${say.say("hall.in_app_why", { app })}</p>
    <ol class="steps">
      <li>${say.say("hall.in_app_1")}</li>
      <li>${say.say("hall.in_app_2")}</li>
    </ol>
    <button class="primary" onClick=${copy}>${say.say("hall.in_app_copy")}</button>
    <p role="status">${copied.value && say.say("hall.in_app_copied")}</p>
    <button class="link" onClick=${stay}>${say.say("hall.in_app_stay")}</button>
  </main>`;
}
