// @ts-check
/**
 * The sentences the host reads and reads aloud, built from what the server says. Pure.
 *
 * @module
 */

/** @import {Text} from "./text.js" */
/** @import {Condition, MediaView, PeopleView, PointView, SessionView, TotalsView} from "./wire.d.ts" */

/**
 * Who is there: by roll call once there was one, by the halls' head counts before.
 *
 * @param {PeopleView} people
 * @returns {number|null} null when nothing was reported
 */
export function peopleThere(people) {
  return people.present ?? people.reported;
}

/**
 * A head count above the number of members is most likely a slip: 591 for 59.
 *
 * @param {PeopleView} people
 */
export function tooMany(people) {
  return (peopleThere(people) ?? 0) > people.expected && people.expected > 0;
}

/**
 * The sentence to read aloud: "Có mặt 4.290/4.474 đồng chí (95,9 %) tại 90/92 điểm cầu".
 *
 * @param {Text} text
 * @param {TotalsView} totals
 * @returns {string|null} null when no hall has reported
 */
export function readAloud(text, { people, points, points_reported, points_answered }) {
  const have = peopleThere(people);
  if (have === null) return null;
  const where = { reported: people.present === null ? points_reported : points_answered, points };
  if (people.expected <= 0) return text.say("aloud.uncounted", { have, ...where });
  const percent = text.percent(have, people.expected);
  return text.say("aloud.sentence", { have, expected: people.expected, percent, ...where });
}

/**
 * How many points are ready, as the conditions of starting count them.
 *
 * @param {SessionView} session
 * @param {TotalsView} totals
 * @returns {{have: number, of: number}}
 */
export function ready({ conditions }, { readiness, points }) {
  const condition = conditions.find(({ code }) => code === "points_ready");
  return { have: condition?.have ?? readiness.ready ?? 0, of: condition?.of ?? points };
}

/**
 * Halls that play the programme, by what they report of it.
 *
 * @param {TotalsView} totals
 */
export function playing({ reception }) {
  return (
    (reception.playing ?? 0) + (reception.verified ?? 0) + (reception.confirmed_in_room ?? 0)
  );
}

/**
 * Why a point is as it is, as a clause: "chưa kết nối".
 *
 * @param {Text} text
 * @param {string} code
 */
export function why(text, code) {
  if (text.knows(`why.${code}`)) return text.say(`why.${code}`);
  const check = code.startsWith("preflight_") ? code.slice("preflight_".length) : "";
  if (text.knows(`preflight.check.${check}`))
    return text.say("why_preflight", { check: text.say(`preflight.check.${check}`) });
  return text.say("why_other", { code });
}

/**
 * A source in words, within a sentence: "nguồn chính".
 *
 * @param {Text} text
 * @param {string} source - as in SessionView and MediaView
 * @param {PointView} [point] - of `point/<code>`, if it is known
 */
export function sourceName(text, source, point) {
  if (source.startsWith("point/")) return speaker(source.slice("point/".length), point);
  return text.knows(`source_name.${source}`) ? text.say(`source_name.${source}`) : source;
}

/** The hall that speaks, by name if that is known. @param {string} code @param {PointView} [point] */
export function speaker(code, point) {
  return point?.name ?? code;
}

/**
 * How much of the way out is used: in words and as shares of the whole line.
 *
 * @param {Text} text
 * @param {MediaView} media
 * @returns {{words: string, used: number|null, budget: number|null, mood: "good"|"tight"|"over"}}
 */
export function lineUse(text, { egress_kbps, budget_kbps, uplink_kbps }) {
  const used = text.megabits(egress_kbps);
  const limit = budget_kbps ?? uplink_kbps;
  const whole = uplink_kbps ?? budget_kbps;
  if (limit === null || !whole)
    return { words: text.say("line.unlimited", { used }), used: null, budget: null, mood: "good" };
  const mood = egress_kbps > limit ? "over" : egress_kbps > limit * TIGHT ? "tight" : "good";
  const figures = { used, budget: text.megabits(limit), uplink: text.megabits(whole) };
  return {
    words: `${text.say("line.used", figures)} ${text.say(`line.${mood}`)}`,
    used: Math.min(1, egress_kbps / whole),
    budget: Math.min(1, limit / whole),
    mood,
  };
}

/** From this share of the budget on there is little to spare. */
const TIGHT = 0.9;

/**
 * @typedef {object} Known
 * @property {SessionView} session
 * @property {TotalsView} totals
 * @property {MediaView} media
 * @property {PointView|null} main - the main point, if it is among the points
 * @property {number} now - the server's time
 */

/**
 * @typedef {object} Verdict
 * @property {"go"|"wait"|"stop"|"live"|"trouble"|"quiet"} mood - how it looks, beside its words
 * @property {string} lead - what is the case
 * @property {string} judgement - what follows from it, in bold; may be empty
 * @property {string} detail - why; may be empty
 */

/**
 * The one sentence at the top of the host's console.
 *
 * @param {Text} text
 * @param {Known} known
 * @returns {Verdict}
 */
export function verdict(text, known) {
  switch (known.session.phase) {
    case null:
      return quiet(text.say("verdict.none"));
    case "live":
      return liveVerdict(text, known);
    case "branch_meetings":
      return quiet(text.say("verdict.branch_meetings"));
    case "closed":
      return quiet(text.say("verdict.closed", { at: text.hour(known.session.phase_since ?? 0) }));
    case "postponed":
      return quiet(text.say("verdict.postponed"));
    default:
      return startVerdict(text, known);
  }
}

/** @param {string} lead @returns {Verdict} */
function quiet(lead) {
  return { mood: "quiet", lead, judgement: "", detail: "" };
}

/** @param {Text} text @param {Known} known @returns {Verdict} */
function startVerdict(text, known) {
  const { session } = known;
  const lead = [untilStart(text, known), pointsReady(text, known)].filter(Boolean).join(" ");
  if (!session.may_enter.includes("live"))
    return { mood: "wait", lead, judgement: text.say("verdict.not_yet"), detail: "" };
  if (session.go) return { mood: "go", lead, judgement: text.say("verdict.go"), detail: "" };
  const reasons = missing(text, known);
  const detail = reasons.length ? `${reasons.join("; ")}.` : "";
  const judgement = text.say(detail ? "verdict.no_go_because" : "verdict.no_go");
  return { mood: "stop", lead, judgement, detail };
}

/** @param {Text} text @param {Known} known */
function untilStart(text, { session: { start_at }, now }) {
  if (start_at === null) return "";
  const left = start_at - now;
  if (left >= 1_000) return text.say("verdict.time_left", { time: text.duration(left) });
  if (left > -60_000) return text.say("verdict.time_now");
  return text.say("verdict.time_past", { time: text.duration(-left) });
}

/** @param {Text} text @param {Known} known */
function pointsReady(text, { session, totals }) {
  return text.say("verdict.points_ready", ready(session, totals));
}

/**
 * What speaks against starting, one clause each.
 *
 * @param {Text} text
 * @param {Known} known
 * @returns {string[]}
 */
export function missing(text, known) {
  return known.session.conditions
    .filter((condition) => !condition.met)
    .map((condition) => clause(text, condition, known.main));
}

/** @param {Text} text @param {Condition} condition @param {PointView|null} main */
function clause(text, { code, have, need, of, known }, main) {
  if (code === "main_point" && main && main.tile !== "ok")
    return text.say("missing.main_point_why", { why: why(text, main.why) });
  if (!known && text.knows(`missing.${code}_unknown`)) return text.say(`missing.${code}_unknown`);
  const counted = have !== null && need !== null && of !== null;
  if (counted && text.knows(`missing.${code}_counted`))
    return text.say(`missing.${code}_counted`, { have, need, of });
  return text.knows(`missing.${code}`)
    ? text.say(`missing.${code}`)
    : text.say("missing_other", { code });
}

/** @param {Text} text @param {Known} known @returns {Verdict} */
function liveVerdict(text, known) {
  const { session, totals, media, main, now } = known;
  const fault = broadcastFault(session, media);
  const time = text.duration(now - (session.phase_since ?? now));
  const shown = text.say("verdict.playing", { have: playing(totals), of: totals.points });
  const ill = main && main.tile !== "ok";
  const detail = ill ? text.sentence(clause(text, MAIN_POINT, main)) + "." : "";
  if (fault)
    return { mood: "trouble", lead: "", judgement: text.say(`verdict.live_${fault}`), detail };
  const lead = `${text.say("verdict.live", { time })} ${shown}`;
  return { mood: ill ? "trouble" : "live", lead, judgement: "", detail };
}

/** @type {Condition} */
const MAIN_POINT = { code: "main_point", met: false, have: null, need: null, of: null, known: true };

/**
 * Why halls do not get the programme although the phase is live; null when they do, as far
 * as the server can tell.
 *
 * @param {SessionView} session
 * @param {MediaView} media
 * @returns {"off"|"paused"|"no_relay"|"slate_chosen"|"no_studio"|"slate"|null}
 */
export function broadcastFault({ broadcast, source }, { relay, studio, programme }) {
  if (broadcast !== "on") return broadcast;
  if (!relay) return "no_relay";
  if (programme !== "slate") return null;
  if (source === "slate") return "slate_chosen";
  return studio ? "slate" : "no_studio";
}
