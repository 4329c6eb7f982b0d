// @ts-check
/**
 * A sheet above the page. The focus begins on its close button, never on a deed.
 *
 * @module
 */

import { text } from "../language.js";
import { html, useEffect, useRef } from "../ui.js";

/** @param {{title: string, close: () => void, children?: unknown, wide?: boolean}} props */
export function Dialog({ title, close, children, wide = false }) {
  const sheet = useRef(/** @type {HTMLDialogElement|null} */ (null));
  useEffect(() => {
    const dialog = /** @type {HTMLDialogElement} */ (sheet.current);
    dialog.showModal();
    return () => dialog.close();
  }, []);
  return html`<dialog class=${wide ? "sheet sheet-wide" : "sheet"} ref=${sheet}
    aria-labelledby="sheet-title" onClose=${close} onClick=${outside(close)}>
    <div class="sheet-in">
      <div class="sheet-head">
        <h2 id="sheet-title">${title}</h2>
        <button class="sheet-close" onClick=${close} autofocus>${text.value.say("page.close")}</button>
      </div>
      ${children}
    </div>
  </dialog>`;
}

/** A click on the backdrop hits the dialog itself. @param {() => void} close */
function outside(close) {
  return (/** @type {MouseEvent} */ event) => {
    if (event.target === event.currentTarget) close();
  };
}
