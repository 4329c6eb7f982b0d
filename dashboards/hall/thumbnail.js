// @ts-check
/**
 * The small picture by which the centre compares what a hall shows: 18 rows of 32 cells, each
 * the mean luma of a block of 10 × 10 (PROTOCOL.md, `presented`). Pure.
 *
 * @module
 */

export const COLUMNS = 32;
export const ROWS = 18;
export const BLOCK = 10;

/**
 * @param {Uint8ClampedArray} rgba - of a picture of 320 × 180
 * @returns {Uint8Array} 576 bytes
 */
export function lumaOf(rgba) {
  const sums = new Float64Array(COLUMNS * ROWS);
  const width = COLUMNS * BLOCK;
  for (let pixel = 0; pixel < width * ROWS * BLOCK; pixel += 1) {
    const [x, y, at] = [pixel % width, Math.trunc(pixel / width), pixel * 4];
    const cell = Math.trunc(y / BLOCK) * COLUMNS + Math.trunc(x / BLOCK);
    const [red, green, blue] = [Number(rgba[at]), Number(rgba[at + 1]), Number(rgba[at + 2])];
    sums[cell] = Number(sums[cell]) + 0.299 * red + 0.587 * green + 0.114 * blue;
  }
  return Uint8Array.from(sums, (sum) => Math.round(sum / BLOCK ** 2));
}

/** @param {Uint8Array} bytes */
export function base64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}
