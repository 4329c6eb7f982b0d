import assert from "node:assert/strict";
import { test } from "node:test";

import { Ranking } from "../../dashboards/shared/ranking.js";

const point = (code, tile, since = 0, main = false) => ({ code, tile, since, main });

function ranked(points, phase = "check_in") {
  const ranking = new Ranking();
  ranking.enter(phase, []);
  for (const p of points) ranking.put(p);
  return ranking;
}

const EACH = ["ok", "left", "not_joined", "unknown", "degraded", "lost"].map((t) => point(t, t));

test("worst first; before the start who has not come is merely awaited", () => {
  assert.deepEqual(ranked(EACH).codes(), ["lost", "degraded", "unknown", "not_joined", "left", "ok"]);
});

test("live, who has nothing at all comes before who has little", () => {
  assert.deepEqual(ranked(EACH, "live").codes(), [
    "lost",
    "not_joined",
    "degraded",
    "unknown",
    "left",
    "ok",
  ]);
});

test("the main point first among equals, then who has waited longest, then by code", () => {
  const ranking = ranked([
    point("D", "lost", 5),
    point("A", "lost", 9),
    point("M", "lost", 9, true),
    point("B", "lost", 5),
  ]);
  assert.deepEqual(ranking.codes(), ["M", "B", "D", "A"]);
});

test("how many are not well", () => {
  assert.equal(ranked(EACH).problems(), 5);
  assert.equal(ranked([point("A", "lost")]).problems(), 1);
  assert.equal(ranked([]).problems(), 0);
});

test("a change that moves nobody says so", () => {
  const ranking = ranked(EACH);
  assert.equal(ranking.put(point("ok", "ok", 99)), false);
  assert.equal(ranking.put(point("ok", "lost", 99)), true);
  assert.equal(ranking.remove("nobody"), false);
});

test("another phase orders anew, once", () => {
  const ranking = ranked(EACH);
  assert.equal(ranking.enter("live", EACH), true);
  assert.equal(ranking.enter("live", EACH), false);
  assert.equal(ranking.codes()[1], "not_joined");
});

test("kept in order one change at a time, it equals sorting everything", () => {
  const tiles = ["ok", "left", "not_joined", "unknown", "degraded", "lost"];
  let seed = 7;
  const random = (n) => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % n;
  const held = new Map();
  const ranking = ranked([]);
  for (let i = 0; i < 2_000; i++) {
    const code = `P${random(40)}`;
    if (random(5) === 0) {
      held.delete(code);
      ranking.remove(code);
    } else {
      const next = point(code, tiles[random(6)], random(9), code === "P0");
      held.set(code, next);
      ranking.put(next);
    }
  }
  const fresh = ranked(held.values());
  assert.deepEqual(ranking.codes(), fresh.codes());
  assert.equal(ranking.codes().length, held.size);
});
