// @ts-check
/**
 * VI | EN.
 *
 * @module
 */

import { choose, text } from "../language.js";
import { html } from "../ui.js";

const LANGUAGES = /** @type {const} */ ([
  ["vi", "Tiếng Việt"],
  ["en", "English"],
]);

export function LanguageSwitch() {
  return html`<div class="switch" role="group" aria-label=${text.value.say("page.language")}>
    ${LANGUAGES.map(
      ([lang, name]) =>
        html`<button lang=${lang} title=${name} aria-pressed=${String(text.value.lang === lang)}
          onClick=${() => choose(lang)}>
          ${lang.toUpperCase()}
        </button>`,
    )}
  </div>`;
}
