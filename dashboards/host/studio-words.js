// @ts-check
/**
 * What the studio panel says of itself. Pure.
 *
 * @module
 */

import { sourceName } from "../shared/sentence.js";

/** @import {Text} from "../shared/text.js" */
/** @import {MediaState} from "../shared/media-link.js" */
/** @import {MediaView} from "../shared/wire.d.ts" */

/**
 * @typedef {object} Standing
 * @property {boolean} captured - there is something to publish
 * @property {{state: MediaState, code: string}} link
 * @property {"studio"|"studio-backup"} place
 * @property {boolean} seen - the halls see this place now
 */

/**
 * How the publishing stands, as one sentence.
 *
 * @param {Text} text
 * @param {Standing} standing
 * @returns {{mood: "quiet"|"wait"|"good"|"bad", words: string}}
 */
export function publishing(text, { captured, link, place, seen }) {
  const source = sourceName(text, place);
  switch (link.state) {
    case "idle":
      return { mood: "quiet", words: text.say(captured ? "studio.not_published" : "studio.closed") };
    case "live":
      return seen
        ? { mood: "good", words: text.say("studio.on_air", { source }) }
        : { mood: "wait", words: text.say("studio.published", { source }) };
    case "refused":
      return { mood: "bad", words: refusal(text, link.code, source) };
    case "waiting":
      return { mood: "bad", words: text.say("studio.waiting", { why: broken(text, link.code) }) };
    default:
      return link.code
        ? { mood: "bad", words: text.say("studio.waiting", { why: broken(text, link.code) }) }
        : { mood: "wait", words: text.say("studio.connecting") };
  }
}

/** @param {Text} text @param {string} code @param {string} source */
function refusal(text, code, source) {
  if (code === "occupied") return text.say("studio.occupied", { source });
  return text.say("studio.forbidden");
}

/** @param {Text} text @param {string} code */
function broken(text, code) {
  return text.knows(`broken.${code}`) ? text.say(`broken.${code}`) : text.say("broken_other", { code });
}

/**
 * How the picture that comes back stands; empty while it is there.
 *
 * @param {Text} text
 * @param {{state: MediaState, code: string}} link
 */
export function returning(text, { state, code }) {
  if (state === "live") return "";
  if (state === "idle") return text.say("studio.return_off");
  if (state === "refused") return text.say("studio.forbidden");
  return code ? text.say("studio.return_waiting", { why: broken(text, code) }) : text.say("studio.connecting");
}

/**
 * How a source stands, as far as the server says: `seen` by the halls, `sending`, or `silent`;
 * `unknown` when it cannot say, or what it said is old.
 *
 * @param {MediaView} media
 * @param {string} source
 * @param {boolean} trusted - the page believes what it shows
 * @returns {"seen"|"sending"|"silent"|"unknown"}
 */
export function sourceState({ relay, programme, sources }, source, trusted) {
  if (!trusted || !relay) return "unknown";
  if (programme === source) return "seen";
  return sources.includes(source) ? "sending" : "silent";
}
