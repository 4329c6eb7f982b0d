import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { arrival, unheard } from "../../dashboards/hall/finding.js";
import { transform } from "../../dashboards/hall/fourier.js";
import { LISTEN_S, findSweep, sweep } from "../../dashboards/hall/sound.js";

const RATE = 48_000;
const vectors = JSON.parse(readFileSync(new URL("../vectors/preflight.json", import.meta.url), "utf8"));

/** As `recording` of tests/vectors/preflight.py. */
function recording({ arrivals, noise, seed }, rate = RATE) {
  const air = new Float64Array(Math.trunc(LISTEN_S * rate));
  const played = sweep(rate);
  for (const [delay_ms, gain] of arrivals) {
    const from = Math.trunc((delay_ms * rate) / 1_000);
    played.subarray(0, air.length - from).forEach((one, at) => (air[from + at] += gain * one));
  }
  let state = seed;
  return Float32Array.from(air, (one) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.min(1, Math.max(-1, one + noise * (state / 2 ** 31 - 1)));
  });
}

const heard = (room) => arrival(findSweep(recording(room), RATE), vectors.limits, "Micro");

test("a page plays the sweep that an agent plays", () => {
  const ours = sweep(RATE).filter((_, at) => at % 997 === 0);
  assert.equal(ours.length, vectors.sweep.length);
  ours.forEach((one, at) => assert.ok(Math.abs(one - vectors.sweep[at]) < 2e-6, `sample ${at * 997}`));
});

for (const { room, found } of vectors.rooms)
  test(`a page hears what an agent hears: ${JSON.stringify(room)}`, () => {
    const plain = ({ figure: _, evidence: __, ...rest }) => rest;
    const ours = heard(room);
    assert.deepEqual(ours.map(plain), found.map(plain));
    assert.deepEqual(ours[0].evidence, "Micro");
    found.forEach(({ check, figure }, at) =>
      assert.ok(figure === ours[at].figure || Math.abs(figure - ours[at].figure) < 0.06, `${check} ${ours[at].figure}`),
    );
  });

test("every finding of the sweep is among the rooms", () => {
  const whys = vectors.rooms.flatMap(({ found }) => found.map(({ why }) => why));
  const known = ["", "faint", "late", "echo", "clipping", "wrong_device", "not_heard"];
  assert.deepEqual(new Set(whys), new Set(known));
});

test("a sound device of another rate finds its own sweep alike", () => {
  for (const rate of [44_100, 16_000, 96_000]) {
    const found = findSweep(recording({ arrivals: [[80, 0.3]], noise: 0.002, seed: 1 }, rate), rate);
    assert.ok(Math.abs(found.delay_ms - 80) < 0.1, `${rate}: ${found.delay_ms} ms`);
    assert.ok(Math.abs(found.dbfs + 22.8) < 0.2, `${rate}: ${found.dbfs} dBFS`);
  }
});

test("neither a chord nor a stub is a sweep", () => {
  const size = Math.trunc(LISTEN_S * RATE);
  const tone = (hz, at) => 0.2 * Math.sin((2 * Math.PI * hz * at) / RATE);
  const chord = Float32Array.from({ length: size }, (_, at) => tone(440, at) + tone(554, at) + tone(659, at));
  for (const other of [chord, new Float32Array(100)]) assert.equal(findSweep(other, RATE), null);
});

test("a microphone that does not open is at fault itself; one that is not there is none", () => {
  const plain = (error) => unheard(error).map(({ check, verdict, why }) => `${check} ${verdict} ${why}`);
  assert.deepEqual(plain("NotAllowedError"), ["microphone fail denied", "sound_path skipped unsupported"]);
  assert.deepEqual(plain("NotReadableError"), ["microphone fail busy", "sound_path skipped unsupported"]);
  assert.deepEqual(plain("NotFoundError"), ["sound_path skipped no_device"]);
});

test("a transform and its inverse lead back, and a tone has one line", () => {
  const wave = Float64Array.from({ length: 64 }, (_, at) => Math.cos((2 * Math.PI * 5 * at) / 64));
  const [re, im] = [wave.slice(), new Float64Array(64)];
  transform(re, im);
  re.forEach((one, at) => assert.ok(Math.abs(one - (at === 5 || at === 59 ? 32 : 0)) < 1e-9));
  transform(im, re);
  re.forEach((one, at) => assert.ok(Math.abs(one / 64 - wave[at]) < 1e-12));
  assert.throws(() => transform(new Float64Array(6), new Float64Array(6)), RangeError);
  assert.throws(() => transform(new Float64Array(8), new Float64Array(4)), RangeError);
});
