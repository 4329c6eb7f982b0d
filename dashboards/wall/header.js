// @ts-check
/**
 * The top of the wall: phase, counts by axis in words, the server's clock, our own link.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { meant } from "../shared/roll.js";
import { broadcastFault, peopleThere, playing, speaker } from "../shared/sentence.js";
import { html } from "../shared/ui.js";
import { Age } from "../shared/widgets/age.js";
import { LanguageSwitch } from "../shared/widgets/language-switch.js";
import { LinkWord } from "../shared/widgets/link-word.js";

/** @import {MediaView, SessionView, TotalsView} from "../shared/wire.d.ts" */
/** @import {View} from "./view.js" */

/** @param {{view: View}} props */
export function Header({ view }) {
  const { live } = view;
  const session = live.session.value;
  const totals = live.totals.value;
  const media = live.media.value;
  return html`<header class="head">
    <div class="head-phase">
      <p class="head-title">${session?.title ?? text.value.say("page.product")}</p>
      <h1 class=${session?.phase === "live" ? "is-live" : ""}>
        ${text.value.say(session?.phase ? `phase.${session.phase}` : "phase.none")}
      </h1>
      <${Speaker} view=${view} />
    </div>
    ${session && totals && media &&
    html`<dl class="counts">
      ${counters(session, totals, media).map((counter) => html`<${Counter} ...${counter} />`)}
    </dl>`}
    <div class="head-time">
      <${Time} view=${view} />
      <p class="head-link">
        <${LinkWord} live=${live} />
        ${!view.kiosk && html`<${LanguageSwitch} />`}
      </p>
    </div>
  </header>`;
}

/** Who has the floor, and for how long. @param {{view: View}} props */
function Speaker({ view: { live } }) {
  const session = live.session.value;
  if (!session?.floor) return null;
  const name = speaker(session.floor, live.point(session.floor)?.value);
  return html`<p class="head-floor">
    <span class="head-floor-name">★ ${name}</span>
    <span>${text.value.say("wall.floor")} <${Age} live=${live} since=${session.floor_since ?? 0} /></span>
  </p>`;
}

/** @typedef {{label: string, value: string, of?: string, more: string, alarm?: boolean}} Count */

/** @param {Count} props */
function Counter({ label, value, of, more, alarm = false }) {
  return html`<div class=${alarm ? "count is-alarm" : "count"}>
    <dt>${label}</dt>
    <dd><b>${value}</b>${of && html`<span class="count-of">/${of}</span>`}</dd>
    <dd class="count-more">${more}</dd>
  </div>`;
}

/**
 * @param {SessionView} session
 * @param {TotalsView} totals
 * @param {MediaView} media
 * @returns {Count[]}
 */
function counters(session, totals, media) {
  return [
    presence(totals),
    session.phase === "live" ? reception(totals) : readiness(totals),
    people(session, totals),
    programme(session, media),
  ];
}

/** Words for those values of an axis that somebody is in: "2 mất kết nối · 3 chậm". */
function some(
  /** @type {string} */ axis,
  /** @type {Record<string, number>} */ sums,
  /** @type {string[]} */ values,
) {
  return values
    .filter((value) => sums[value])
    .map((value) => `${text.value.number(sums[value] ?? 0)} ${text.value.say(`${axis}.${value}`)}`)
    .join(" · ");
}

/** @param {TotalsView} totals @returns {Count} */
function presence({ presence: sums, points }) {
  const more = some("presence_few", sums, ["lost", "late", "unknown", "never_seen", "left"]);
  return {
    label: text.value.say("count.online"),
    value: text.value.number(sums.online ?? 0),
    of: text.value.number(points),
    more,
  };
}

/** @param {TotalsView} totals @returns {Count} */
function readiness({ readiness: sums, points }) {
  const more = some("readiness_few", sums, ["failed", "degraded", "checking", "unchecked"]);
  return {
    label: text.value.say("count.ready"),
    value: text.value.number(sums.ready ?? 0),
    of: text.value.number(points),
    more,
  };
}

/** @param {TotalsView} totals @returns {Count} */
function reception(totals) {
  const { reception: sums, points } = totals;
  const proved = (sums.verified ?? 0) + (sums.confirmed_in_room ?? 0);
  return {
    label: text.value.say("count.playing"),
    value: text.value.number(playing(totals)),
    of: text.value.number(points),
    more: [
      sums.receiving && text.value.say("count.receiving", { n: sums.receiving }),
      proved && text.value.say("count.verified", { n: proved }),
    ]
      .filter(Boolean)
      .join(" · "),
  };
}

/** While a roll is called it is the roll that counts. @param {SessionView} session @param {TotalsView} totals @returns {Count} */
function people(session, { people: sums, points, points_reported, points_answered }) {
  const there = peopleThere(sums);
  const roll = meant(session);
  const calling = roll?.stage === "open";
  return {
    label: calling ? text.value.say("roll.number", { n: roll.roll }) : text.value.say("count.people"),
    value: there === null ? "–" : text.value.number(there),
    of: text.value.number(sums.expected),
    more: calling
      ? text.value.say("count.answered", { have: points_answered, of: points })
      : text.value.say("count.reported", { have: points_reported, of: points }),
  };
}

/** @param {SessionView} session @param {MediaView} media @returns {Count} */
function programme(session, media) {
  const fault = broadcastFault(session, media);
  const studio = media.studio ? "media.studio" : "media.no_studio";
  const state = fault ? "media.off_air" : "media.on_air";
  return {
    label: text.value.say("count.programme"),
    value: text.value.say(session.broadcast === "paused" ? "media.paused" : state),
    more: text.value.say(media.relay ? studio : "media.no_relay"),
    alarm: fault === "no_relay" || fault === "no_studio" || fault === "slate",
  };
}

/** @param {{view: View}} props */
function Time({ view }) {
  const say = text.value;
  const now = view.live.moment.value;
  const session = view.live.session.value;
  if (now === null) return html`<p class="clock">--:--:--</p>`;
  return html`<p class="clock" role="timer" aria-live="off">${say.clock(now)}</p>
    <p class="countdown">${session ? countdown(session, now) : ""}</p>`;
}

/** @param {SessionView} session @param {number} now */
function countdown({ phase, phase_since, start_at }, now) {
  const say = text.value;
  if (phase === "live" && phase_since !== null)
    return say.say("wall.since_start", { time: say.stopwatch(now - phase_since) });
  if (phase === null || phase === "branch_meetings" || phase === "closed" || start_at === null)
    return "";
  const left = start_at - now;
  if (left > 86_400_000) return say.say("wall.starts_on", { date: say.date(start_at) });
  if (left >= 0) return say.say("wall.starts_in", { time: say.stopwatch(left) });
  return say.say("wall.start_past", { time: say.stopwatch(-left) });
}
