// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { renditionsOf } from "../../dashboards/shared/renditions.js";

test("a large picture is sent twice, the second of 360 lines, however the camera is held", () => {
  for (const [width, height, scale] of [[1280, 720, 2], [720, 1280, 2], [1920, 1080, 3], [960, 540, 1.5]]) {
    const [high, low] = renditionsOf({ width, height }) ?? [];
    assert.deepEqual(high, { rid: "high" });
    assert.equal(low?.scaleResolutionDownBy, scale);
  }
});

test("92 low pictures and their sound fit into what is used of a town's line", () => {
  const [, low] = renditionsOf({ width: 1280, height: 720 }) ?? [];
  // As docs/decisions/0011 counts: 85 % are used, 12 % of that for repairs; headers, 50 kbps of sound.
  const all = 92 * ((low?.maxBitrate ?? Infinity) * 1.07 + 50_000);
  assert.ok(all < 100e6 * 0.85 * 0.88, String(all));
});

test("a small picture, or one of unknown size, is sent once", () => {
  for (const size of [{ width: 640, height: 480 }, { width: 640 }, {}]) assert.equal(renditionsOf(size), undefined);
});
