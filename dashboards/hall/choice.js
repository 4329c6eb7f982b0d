// @ts-check
/**
 * Looking for a point in a list. Pure.
 *
 * @module
 */

import { fold, matches } from "../shared/search.js";

/** @typedef {{code: string, name: string, unit: string, place: string}} Choice */

/** Vietnamese letters stand in their own order: a ă â, d đ, e ê, o ô ơ, u ư. */
const ORDER = new Intl.Collator("vi", { numeric: true });

/** By name, in the alphabet's order. @param {Choice[]} choices */
export function sorted(choices) {
  return [...choices].sort((a, b) => ORDER.compare(a.name, b.name) || ORDER.compare(a.code, b.code));
}

/** By code, name, unit or place, without marks. @param {Choice[]} choices @param {string} query */
export function found(choices, query) {
  return choices.filter(({ code, name, unit, place }) =>
    matches(query, fold(`${code} ${name} ${unit} ${place}`)),
  );
}
