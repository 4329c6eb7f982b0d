// @ts-check
/**
 * Where to go after signing in: only to a page of this server. Pure.
 *
 * @module
 */

/**
 * @param {string|null} asked
 * @param {string} origin - of this page
 * @returns {string} a path of this origin
 */
export function nextPage(asked, origin) {
  if (!asked?.startsWith("/")) return "/wall";
  const url = parsed(asked, origin);
  return url?.origin === origin ? url.pathname + url.search : "/wall";
}

/** @param {string} asked @param {string} origin */
function parsed(asked, origin) {
  try {
    return new URL(asked, origin);
  } catch {
    return null;
  }
}
