// @ts-check
/**
 * The fast Fourier transform, radix 2, in place. Pure.
 *
 * @module
 */

/**
 * Transform complex samples; exchanging `re` and `im` makes it the inverse, times the size.
 *
 * @param {Float64Array} re
 * @param {Float64Array} im - as long
 */
export function transform(re, im) {
  const size = re.length;
  if (size & (size - 1) || im.length !== size) throw new RangeError("two arrays of one size, a power of two");
  reorder(re, im);
  const { cos, sin } = turns(size);
  for (let half = 1; half < size; half *= 2) {
    const step = size / (2 * half);
    for (let from = 0; from < size; from += 2 * half)
      for (let at = from, turn = 0; at < from + half; at += 1, turn += step)
        cross(re, im, at, at + half, Number(cos[turn]), Number(sin[turn]));
  }
}

/** One butterfly. @param {Float64Array} re @param {Float64Array} im @param {number} a @param {number} b @param {number} cos @param {number} sin */
function cross(re, im, a, b, cos, sin) {
  // Without pairs taken apart: they would be most of the work on a page's first run.
  const x = Number(re[a]);
  const y = Number(im[a]);
  const real = Number(re[b]) * cos - Number(im[b]) * sin;
  const imaginary = Number(re[b]) * sin + Number(im[b]) * cos;
  re[a] = x + real;
  im[a] = y + imaginary;
  re[b] = x - real;
  im[b] = y - imaginary;
}

/** Put every sample where its index read backwards in bits says. @param {Float64Array} re @param {Float64Array} im */
function reorder(re, im) {
  for (let at = 1, to = 0; at < re.length; at += 1) {
    let bit = re.length >> 1;
    for (; to & bit; bit >>= 1) to ^= bit;
    to ^= bit;
    if (at < to) exchange(re, at, to);
    if (at < to) exchange(im, at, to);
  }
}

/** @param {Float64Array} numbers @param {number} a @param {number} b */
function exchange(numbers, a, b) {
  const kept = Number(numbers[a]);
  numbers[a] = Number(numbers[b]);
  numbers[b] = kept;
}

/** The half circle, clockwise. @param {number} size */
function turns(size) {
  const [cos, sin] = [new Float64Array(size / 2), new Float64Array(size / 2)];
  for (let turn = 0; turn < size / 2; turn += 1) {
    cos[turn] = Math.cos((2 * Math.PI * turn) / size);
    sin[turn] = -Math.sin((2 * Math.PI * turn) / size);
  }
  return { cos, sin };
}
