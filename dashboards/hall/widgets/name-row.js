// @ts-check
/**
 * One member in a roll call by names: a tap says here or not, the dots say more, and beside the
 * mark stands how far the entry has come.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html } from "../../shared/ui.js";
import { MARKS, marked, tapped } from "../names.js";

/** @import {Calling} from "../calling.js" */
/** @import {Desk} from "../desk.js" */
/** @import {Mark, Member, Word} from "../names.js" */

/** Shapes, so that no mark is told by its colour alone. */
const SHAPES = { present: "✔", late: "◔", left_early: "◑", excused: "◇", absent: "✕", none: "○" };

/**
 * @param {object} props
 * @param {Calling} props.calling
 * @param {Desk} props.desk
 * @param {{branch: string, roll: number}} props.at
 * @param {Member} props.member
 * @param {Word} props.word
 */
export function NameRow({ calling, desk, at, member: { ref, name, exempt }, word }) {
  const say = text.value;
  const mark = word.mark ?? "none";
  const open = calling.opened.value === ref;
  const enter = (/** @type {Mark} */ value) => {
    calling.opened.value = "";
    return calling.enter(marked(at, ref, value));
  };
  return html`<li class=${`name-row mark-${mark}`}>
    <button class="name-tap" onClick=${() => enter(tapped(word.mark))}>
      <span class="name-mark" aria-hidden="true">${SHAPES[mark]}</span>
      <span class="name-who">${name}${exempt && html` <small>${say.say("names.exempt")}</small>`}</span>
      <span class="name-says">${say.say(`mark.${mark}`)}<${Stage} desk=${desk} word=${word} /></span>
    </button>
    <button class="name-more" aria-expanded=${String(open)} aria-label=${say.say("names.more", { name })}
      onClick=${() => (calling.opened.value = open ? "" : ref)}>⋯</button>
    ${open &&
    html`<div class="chips" role="group" aria-label=${name}>
      ${MARKS.map(
        (value) => html`<button key=${value} aria-pressed=${String(word.mark === value)}
          onClick=${() => enter(value)}>${say.say(`mark.${value}`)}</button>`,
      )}
    </div>`}
  </li>`;
}

/** How far the entry has come. @param {{desk: Desk, word: Word}} props */
function Stage({ desk, word: { said } }) {
  if (!said) return null;
  const stage = desk.stage(said);
  return html`${" · "}<small class=${`name-stage is-${stage}`}>${text.value.say(`names.stage.${stage}`)}</small>`;
}
