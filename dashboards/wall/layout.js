// @ts-check
/**
 * How many columns of how large tiles fill the mosaic, so that nothing ever scrolls. Pure.
 *
 * @module
 */

/** @import {PointView} from "../shared/wire.d.ts" */

/**
 * @typedef {object} Grid
 * @property {number} columns
 * @property {number} rows
 * @property {number} tile_width - CSS pixels
 * @property {number} tile_height
 * @property {boolean} counts - there is room for the head count below the code
 * @property {number} code_size - size of the code's type, CSS pixels
 * @property {number} count_size
 */

/** A tile is best about this much wider than high. */
const SHAPE = 1.75;
/** Width of a bold digit and of a regular one, in em (Be Vietnam Pro, measured). */
const BOLD_EM = 0.66;
const REGULAR_EM = 0.6;
/** Free at either side of a tile, as a share of its width. */
export const PAD = 0.042;
/** The shape and the age beside a code, in em of the code. */
const BESIDE_EM = 1.95;
/** The head count of a hall needs this many characters: "120/135". */
const COUNT_CHARS = 7;
/** A smaller count, as a share of the screen, nobody could read from a few metres. */
const COUNT_MIN = 0.0105;

/**
 * @param {object} room
 * @param {number} room.points - how many tiles, at least one
 * @param {number} room.width - of the mosaic, CSS pixels
 * @param {number} room.height
 * @param {number} room.gap
 * @param {number} room.chars - of the longest code shown
 * @param {number} room.screen - width of the screen: small type is small beside it
 * @param {number} [room.columns] - keep so many: a point stays where people look for it
 * @returns {Grid}
 */
export function fit({ points, width, height, gap, chars, screen, columns: kept }) {
  const columns = kept ?? bestColumns(points, width, height, gap);
  const rows = Math.ceil(points / columns);
  const tile_width = Math.floor(Math.min(side(width, columns, gap), screen / 8));
  const tile_height = Math.floor(Math.min(side(height, rows, gap), screen / 12));
  const inner = tile_width * (1 - 2 * PAD);
  const count_size = Math.min(tile_height * 0.34, inner / (COUNT_CHARS * REGULAR_EM + 0.9));
  const counts = count_size >= screen * COUNT_MIN;
  // Beside the code stand the shape and, on an exception, its age.
  const code_size = Math.min(
    tile_height * (counts ? 0.42 : 0.5),
    inner / (chars * BOLD_EM + (counts ? BESIDE_EM : 0.8)),
  );
  return { columns, rows, tile_width, tile_height, counts, code_size, count_size };
}

/** @param {number} points @param {number} width @param {number} height @param {number} gap */
function bestColumns(points, width, height, gap) {
  let best = { columns: 1, use: 0 };
  for (let columns = 1; columns <= points; columns++) {
    const rows = Math.ceil(points / columns);
    const use = Math.min(side(width, columns, gap) / SHAPE, side(height, rows, gap));
    if (use > best.use) best = { columns, use };
  }
  return best.columns;
}

/** @param {number} length @param {number} count @param {number} gap */
function side(length, count, gap) {
  return (length - gap * (count - 1)) / count;
}

/**
 * What all codes begin with, up to and with a separator: shown once in the legend, so that
 * tiles keep room for what tells them apart.
 *
 * @param {readonly string[]} codes
 * @returns {string} may be empty
 */
export function commonPrefix(codes) {
  const [first = "", ...others] = codes;
  let length = first.length;
  for (const code of others) while (!code.startsWith(first.slice(0, length))) length--;
  const prefix = /^.*[-_.]/.exec(first.slice(0, length))?.[0] ?? "";
  return others.length && codes.every((code) => code.length > prefix.length) ? prefix : "";
}

/**
 * @param {readonly string[]} codes
 * @returns {string[]} in the order people count: P-2 before P-10
 */
export function inOrder(codes) {
  const collator = new Intl.Collator("en", { numeric: true });
  return [...codes].sort(collator.compare);
}

/**
 * Does a point belong to what was asked for?
 *
 * @param {PointView} point
 * @param {"all"|"problems"|"unreported"|"absent"} filter
 */
export function belongs(point, filter) {
  if (filter === "all") return true;
  if (filter === "problems") return point.tile !== "ok";
  if (filter === "absent") return ABSENT.includes(point.presence);
  const { reported, present } = point.attendance;
  return reported === null && present === null;
}

/** Nobody there speaks to us: to be called. */
const ABSENT = ["never_seen", "lost", "left"];

/**
 * The call list: the main point, then who had most trouble in earlier sessions.
 *
 * @param {PointView[]} points
 */
export function toCall(points) {
  return [...points].sort(
    (a, b) =>
      Number(b.main) - Number(a.main) || b.risk - a.risk || (a.code < b.code ? -1 : 1),
  );
}
