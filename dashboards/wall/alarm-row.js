// @ts-check
/**
 * One alarm: how grave, where, what, since when, who is on it, what to do.
 *
 * @module
 */

import { action, heading, matter, unseen } from "../shared/alarm.js";
import { text } from "../shared/language.js";
import { html } from "../shared/ui.js";
import { Age } from "../shared/widgets/age.js";
import { dial } from "../shared/widgets/dial.js";
import { PriorityShape } from "../shared/widgets/priority.js";

/** @import {AlarmView} from "../shared/wire.d.ts" */
/** @import {View} from "./view.js" */

/** @param {{alarm: AlarmView, view: View}} props */
export function AlarmRow({ alarm, view }) {
  const say = text.value;
  const point = alarm.point === null ? undefined : view.live.point(alarm.point)?.value;
  const phone = view.narrow.value && point?.contact_phone;
  return html`<li class=${`row alarm-row is-${alarm.state}`} data-alarm=${alarm.id}>
    <button class="row-open" onClick=${() => view.openAlarm(alarm)}>
      <span class=${`row-shape priority-${alarm.priority}${unseen(alarm) ? "" : " is-seen"}`}>
        <${PriorityShape} priority=${alarm.priority} />
      </span>
      <span class="row-words">
        <span class="row-name">${heading(say, alarm, point)}</span>
        <span class="row-what">
          ${alarm.point && html`<b>${alarm.point}</b>`}
          <span class="row-why">${matter(say, alarm)}</span>
          <${Age} live=${view.live} since=${alarm.raised_at} />
        </span>
        <span class="alarm-do">
          <b>${say.say(`priority.${alarm.priority}`)}:</b>${" "}
          ${alarm.state === "unacknowledged" && !alarm.taken_by
            ? action(say, alarm)
            : say.sentence(words(alarm).join("; "))}
        </span>
      </span>
    </button>
    ${phone &&
    html`<a class="call" href=${dial(phone)}
      aria-label=${say.say("wall.call_whom", { name: point?.contact_name ?? point?.name ?? "" })}>
      ${say.say("wall.call")}
    </a>`}
  </li>`;
}

/** Where it stands, and who is on it. @param {AlarmView} alarm */
function words(alarm) {
  const say = text.value;
  const found = [say.say(`alarm_state.${alarm.state}`)];
  if (alarm.state === "shelved" && alarm.shelved_until !== null)
    found.push(say.say("alarms.shelved_until", { at: say.hour(alarm.shelved_until) }));
  if (alarm.holder) found.push(say.say("alarms.holder", { name: alarm.holder }));
  else if (alarm.taken_by) found.push(say.say("alarms.taken"));
  return found;
}

/** The same with its priority, as a sentence. @param {AlarmView} alarm */
export function standing(alarm) {
  return `${text.value.say(`priority.${alarm.priority}`)}: ${words(alarm).join("; ")}.`;
}
