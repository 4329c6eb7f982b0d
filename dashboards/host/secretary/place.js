// @ts-check
/**
 * A branch and its point in words.
 *
 * @module
 */

/** @import {Book} from "./book.js" */

/** @param {Book} book @param {string} code @param {string} branch */
export function placeOf(book, code, branch) {
  const point = book.answer.value?.points.find((one) => one.code === code);
  const name = point ? `${code} · ${point.name}` : code;
  return branch && branch !== point?.name ? `${branch} (${name})` : name;
}
