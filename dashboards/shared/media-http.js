// @ts-check
/**
 * The HTTP of WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep): ask for the ICE servers, post
 * an offer, end the session. All three ask for who we are.
 *
 * @module
 */

/** Shorter than the machine's patience, so that no answer comes after it gave up. */
const TIMEOUT_MS = 9_000;
const GOODBYE_MS = 2_000;

/**
 * @typedef {{kind: "opened", answer: string, session: string}
 *   | {kind: "refused", status: number, code: string}
 *   | {kind: "unreachable"}} Opening
 */

/**
 * The STUN and TURN servers that the endpoint tells those it lets in; none when it does not answer.
 *
 * @param {string} url - of the endpoint
 * @param {string} [credential] - of a device; people's pages have their cookie
 * @returns {Promise<RTCIceServer[]>}
 */
export async function iceServers(url, credential = "") {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, { method: "OPTIONS", headers: bearer(credential), signal });
    return readLinks(response.headers.get("Link") ?? "");
  } catch {
    return [];
  }
}

/**
 * Read the `Link` header: `<turn:…>; rel="ice-server"; username="…"; credential="…"`.
 *
 * @param {string} header
 * @returns {RTCIceServer[]}
 */
export function readLinks(header) {
  const links = header.matchAll(/<([^>]*)>((?:\s*;\s*[\w-]+\s*=\s*(?:"[^"]*"|[^",;\s]*))*)/g);
  return [...links].flatMap(([, url = "", rest = ""]) => {
    const given = new Map(
      [...rest.matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|([^",;\s]*))/g)].map(
        ([, name = "", quoted, bare]) => [name.toLowerCase(), quoted ?? bare ?? ""],
      ),
    );
    if (given.get("rel") !== "ice-server") return [];
    const [username, credential] = [given.get("username"), given.get("credential")];
    return [username && credential ? { urls: url, username, credential } : { urls: url }];
  });
}

/**
 * @param {string} url - of the endpoint
 * @param {string} offer
 * @param {string} [credential] - of a device; people's pages have their cookie
 * @returns {Promise<Opening>}
 */
export async function openSession(url, offer, credential = "") {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/sdp", ...bearer(credential) },
      body: offer,
      credentials: "same-origin",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status !== 201) return await refusal(response);
    // Relative to the URL that answered at last (RFC 9725 §4.2).
    const session = new URL(response.headers.get("Location") ?? "", response.url).href;
    return { kind: "opened", answer: await response.text(), session };
  } catch {
    return { kind: "unreachable" };
  }
}

/**
 * Tell the server that we leave; lives on when the page goes. What it answers changes nothing.
 *
 * @param {string} session
 * @param {string} [credential]
 */
export async function endSession(session, credential = "") {
  const signal = AbortSignal.timeout(GOODBYE_MS);
  const headers = bearer(credential);
  await fetch(session, { method: "DELETE", headers, keepalive: true, signal }).catch(() => undefined);
}

/** @param {string} credential @returns {Record<string, string>} */
function bearer(credential) {
  return credential ? { Authorization: `Bearer ${credential}` } : {};
}

/** @param {Response} response @returns {Promise<Opening>} */
async function refusal(response) {
  const content = await response.json().catch(() => null);
  return { kind: "refused", status: response.status, code: String(content?.code ?? response.status) };
}
