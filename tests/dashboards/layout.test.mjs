import assert from "node:assert/strict";
import { test } from "node:test";

import { nextPage } from "../../dashboards/signin/next.js";
import { belongs, commonPrefix, fit, inOrder } from "../../dashboards/wall/layout.js";

const FHD = { width: 1230, height: 897, gap: 6, chars: 3, screen: 1920 };

for (const points of [1, 2, 7, 92, 96, 150, 226, 300]) {
  test(`${points} points fit without scrolling`, () => {
    const grid = fit({ points, ...FHD });
    assert.ok(grid.columns * grid.rows >= points);
    assert.ok(grid.columns * grid.tile_width + (grid.columns - 1) * FHD.gap <= FHD.width);
    assert.ok(grid.rows * grid.tile_height + (grid.rows - 1) * FHD.gap <= FHD.height);
  });
}

test("96 codes can be read from three metres on a 55-inch screen, with their counts", () => {
  const grid = fit({ points: 96, ...FHD });
  assert.equal(grid.counts, true);
  assert.ok(grid.code_size >= 30, `${grid.code_size}`);
});

test("300 points leave room for the code alone", () => {
  assert.equal(fit({ points: 300, ...FHD }).counts, false);
});

test("codes lose what they have in common, up to a separator", () => {
  assert.equal(commonPrefix(["MH-001", "MH-002"]), "MH-");
  assert.equal(commonPrefix(["MH-001", "MH-0"]), "MH-");
  assert.equal(commonPrefix(["A1", "A2"]), "");
  assert.equal(commonPrefix(["MH-001", "PK-001"]), "");
  assert.equal(commonPrefix(["a-b-1", "a-b-2"]), "a-b-");
  assert.equal(commonPrefix(["MH-001"]), "");
  assert.equal(commonPrefix([]), "");
});

test("codes in the order people count", () => {
  assert.deepEqual(inOrder(["P-10", "P-2", "P-1"]), ["P-1", "P-2", "P-10"]);
});

test("filters", () => {
  const point = (tile, reported, present = null) => ({ tile, attendance: { reported, present } });
  assert.equal(belongs(point("ok", null), "all"), true);
  assert.equal(belongs(point("ok", null), "problems"), false);
  assert.equal(belongs(point("unknown", 4), "problems"), true);
  assert.equal(belongs(point("ok", null), "unreported"), true);
  assert.equal(belongs(point("ok", 0), "unreported"), false);
  assert.equal(belongs(point("ok", null, 3), "unreported"), false);
});

const ORIGIN = "https://cau.example";
for (const [asked, goes] of [
  ["/wall", "/wall"],
  ["/host?lang=en", "/host?lang=en"],
  [null, "/wall"],
  ["", "/wall"],
  ["https://evil.example/", "/wall"],
  ["//evil.example/", "/wall"],
  ["/\\evil.example", "/wall"],
  ["javascript:alert(1)", "/wall"],
  ["/\t/evil.example", "/wall"],
]) {
  test(`after signing in ${JSON.stringify(asked)} leads to ${goes}`, () => {
    assert.equal(nextPage(asked, ORIGIN), goes);
  });
}
