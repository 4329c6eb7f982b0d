// @ts-check
/**
 * Whose points are whose (*cụm*): in a point's details one point, in the sheet all that the
 * list shows now. What nobody has is nobody's.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html, useEffect, useMemo, useSignal } from "../shared/ui.js";
import { Dialog } from "../shared/widgets/dialog.js";
import { readTechnicians, share } from "./api.js";
import { Deed, DeedLine } from "./deed.js";

/** @import {Answer} from "../shared/api.js" */
/** @import {PointView} from "../shared/wire.d.ts" */
/** @import {Technician} from "./answer.d.ts" */
/** @import {View} from "./view.js" */

/** @param {{point: PointView, view: View}} props */
export function Share({ point, view }) {
  const { technicians, give, deed } = useShares();
  if (!view.tends()) return null;
  const say = text.value;
  return html`<label class="share">
      <span>${say.say("share.of_point")}</span>
      <select class="search" value=${point.share ?? ""}
        onChange=${(/** @type {Event} */ event) => {
          const id = /** @type {HTMLSelectElement} */ (event.target).value;
          give([point.code], id || null);
        }}>
        <option value="" selected=${point.share === null}>${say.say("share.nobody")}</option>
        ${technicians.map(
          ({ id, name }) => html`<option value=${id} selected=${id === point.share}>${name}</option>`,
        )}
      </select>
    </label>
    <${DeedLine} deed=${deed} />`;
}

/** @param {{view: View}} props */
export function ShareSheet({ view }) {
  const { technicians, give, deed } = useShares();
  const say = text.value;
  const codes = view.chosen();
  const line = (/** @type {string|null} */ id, /** @type {string} */ name, /** @type {number} */ n) =>
    html`<li class="share-line">
      <span><b>${name}</b> · ${say.say("share.count", { n })}</span>
      <button class="deed" disabled=${codes.length === 0} onClick=${() => give(codes, id)}>
        ${say.say("share.give", { n: codes.length })}
      </button>
    </li>`;
  const shared = technicians.reduce((sum, { points }) => sum + points, 0);
  return html`<${Dialog} title=${say.say("share.title")} close=${() => (view.sharing.value = false)}>
    <p>${say.say("share.how", { n: codes.length })}</p>
    <ul class="share-list">
      ${technicians.map(({ id, name, points }) => line(id, name, points))}
      ${line(null, say.say("share.nobody"), view.live.codes().length - shared)}
    </ul>
    <${DeedLine} deed=${deed} />
  <//>`;
}

function useShares() {
  const technicians = useSignal(/** @type {Technician[]} */ ([]));
  const deed = useMemo(() => new Deed(), []);
  const take = (/** @type {Answer|null} */ answer) => {
    if (answer?.kind === "done")
      technicians.value = /** @type {Technician[]} */ (/** @type {unknown} */ (answer.body?.technicians));
  };
  useEffect(() => void readTechnicians().then(take), []);
  const give = (/** @type {string[]} */ codes, /** @type {string|null} */ id) =>
    void deed.run(() => share(codes, id)).then(take);
  return { technicians: technicians.value, give, deed };
}
