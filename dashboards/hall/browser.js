// @ts-check
/**
 * What kind of browser this is, from what it says of itself. Pure.
 *
 * @module
 */

/** Browsers inside other programs: no camera, no microphone, and what they keep is lost. */
const IN_APP = [
  ["Zalo", /\bZalo/i],
  ["Messenger", /\bFBAN|\bFBAV|\bMessenger/],
  ["Facebook", /\bFB_IAB|\bFB4A/],
  ["Instagram", /\bInstagram/],
  ["TikTok", /\bmusical_ly|\bBytedance|\bTikTok/i],
  ["Line", /\bLine\//],
  ["WebView", /; wv\)/],
];

const FLOORS = /** @type {const} */ ([
  ["Firefox", /\bFirefox\/(\d+)/, 115],
  ["Edge", /\bEdg\/(\d+)/, 109],
  ["Chrome", /\bChrome\/(\d+)/, 109],
  ["Safari", /\bVersion\/(\d+)[.\d]* .*\bSafari\//, 16],
]);

/** The program this page is caught in, or null. @param {string} agent */
export function inAppOf(agent) {
  const found = IN_APP.find(([, pattern]) => /** @type {RegExp} */ (pattern).test(agent));
  return found ? /** @type {string} */ (found[0]) : null;
}

/**
 * @param {string} agent
 * @returns {{name: string, version: number, floor: number, good: boolean}}
 */
export function versionOf(agent) {
  for (const [name, pattern, floor] of FLOORS) {
    const version = Number(pattern.exec(agent)?.[1] ?? 0);
    if (version) return { name, version, floor, good: version >= floor };
  }
  return { name: "", version: 0, floor: 0, good: true };
}
