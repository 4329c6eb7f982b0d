// @ts-check
/**
 * The requests that pages make. Each ends in an answer, never in an exception: recorded,
 * refused with a code (RFC 9457), or not reached.
 *
 * @module
 */

/**
 * @typedef {{kind: "done", body: Record<string, unknown>|null}
 *   | {kind: "refused", status: number, code: string, detail: string}
 *   | {kind: "unreachable"}} Answer
 */

/** An answer after this is none: the page says so and asks the feed for the truth. */
const TIMEOUT_MS = 20_000;

/**
 * @param {string} path
 * @param {object} [body] - sent as JSON
 * @param {string} [method] - POST with a body, else GET
 * @returns {Promise<Answer>}
 */
export async function ask(path, body, method = body ? "POST" : "GET") {
  try {
    const response = await fetch(path, {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body ? JSON.stringify(body) : null,
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const content = await response.json().catch(() => null);
    if (response.ok) return { kind: "done", body: content };
    const { code = "", detail = "" } = content ?? {};
    return { kind: "refused", status: response.status, code, detail };
  } catch {
    return { kind: "unreachable" };
  }
}

export const whoAmI = () => ask("/api/v1/me");

/** @param {{token: string} | {login: string, password: string}} given */
export const signIn = (given) => ask("/api/v1/signin", given);

/** @param {string} invitation @param {string} password */
export function acceptInvitation(invitation, password) {
  return ask("/api/v1/invitations/accept", { invitation, password });
}

export const signOut = () => ask("/api/v1/signout", {});

/** @param {string} phase @param {string} [reason] */
export function enterPhase(phase, reason) {
  return ask("/api/v1/session/phase", reason ? { phase, reason } : { phase });
}

/** @param {string} broadcast - on, paused or off */
export const setBroadcast = (broadcast) => ask("/api/v1/session/broadcast", { broadcast });

/** @param {string|null} session - null: the one everybody means */
const within = (session) => (session ? `?session=${encodeURIComponent(session)}` : "");

/** @param {string|null} session */
export const readAttendance = (session) => ask(`/api/v1/session/attendance${within(session)}`);

/** @param {number} roll @param {"open"|"close"} deed */
export const callRoll = (roll, deed) => ask(`/api/v1/session/rolls/${roll}/${deed}`, {});

/** @param {string|null} session @param {object} count */
export const enterCount = (session, count) =>
  ask(`/api/v1/session/attendance/counts${within(session)}`, count);

/** @param {"conflicts"|"kept"|"moves"} what @param {string|null} session */
export const readDesk = (what, session) => ask(`/api/v1/session/${what}${within(session)}`);

/** @param {string|null} session @param {object} resolution */
export const resolveConflict = (session, resolution) =>
  ask(`/api/v1/session/conflicts${within(session)}`, resolution);

/** @param {number} n */
export const settleEntry = (n) => ask(`/api/v1/session/kept/${n}`, { how: "" });

/** @param {number} roll @param {{opens_utc: string|null, closes_utc: string|null}} plan */
export const planRoll = (roll, plan) => ask(`/api/v1/session/rolls/${roll}/plan`, plan);

/** By name or card number. @param {string} query */
export const findMembers = (query) => ask(`/api/v1/members?text=${encodeURIComponent(query)}`);

/** @param {string} ref */
const member = (ref) => `/api/v1/members/${encodeURIComponent(ref)}`;

/** All that is kept of a member. @param {string} ref */
export const readMember = (ref) => ask(member(ref));

/** Delete a member's name. @param {string} ref */
export const forgetMember = (ref) => ask(member(ref), undefined, "DELETE");

/** @param {string|null} point - code; null takes the floor back */
export const giveFloor = (point) => ask("/api/v1/session/floor", { point });

/** @param {string} source - auto, slate, studio, studio-backup or point/CODE */
export const chooseSource = (source) => ask("/api/v1/session/source", { source });

/** Go and sign in, and come back here. */
export function goSignIn() {
  const here = location.pathname + location.search;
  location.assign(`/signin?next=${encodeURIComponent(here)}`);
}
