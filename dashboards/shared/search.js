// @ts-check
/**
 * Search as people type: without marks, in any case, words in any order. Pure.
 *
 * @module
 */

/**
 * @param {string} text
 * @returns {string} lower case, without marks, đ as d
 */
export function fold(text) {
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[đĐ]/g, "d")
    .toLowerCase();
}

/**
 * @param {string} query - words, all of which must occur
 * @param {string} haystack - folded already
 */
export function matches(query, haystack) {
  return fold(query)
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}
