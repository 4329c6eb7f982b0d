import assert from "node:assert/strict";
import { test } from "node:test";

import { momentOf, timeOf } from "../../dashboards/host/secretary/plan.js";
import { meant, missing, silent, sumsOf } from "../../dashboards/shared/roll.js";

const roll = (number, stage, more = {}) => ({ roll: number, stage, attended: null, expected: null, points: null, ...more });

test("the open roll call is meant, else the last that was closed", () => {
  assert.equal(meant(null), null);
  assert.equal(meant({ rolls: [roll(1, "waiting")] }), null);
  assert.equal(meant({ rolls: [roll(1, "closed"), roll(2, "open"), roll(3, "waiting")] }).roll, 2);
  assert.equal(meant({ rolls: [roll(1, "closed"), roll(2, "closed"), roll(3, "waiting")] }).roll, 2);
});

test("an open roll is live, a closed one stands as it was frozen", () => {
  const totals = { people: { present: 40, expected: 50 }, points: 3, points_answered: 2 };
  assert.deepEqual(sumsOf(roll(1, "open"), totals), { have: 40, expected: 50, answered: 2, points: 3 });
  const closed = roll(1, "closed", { attended: 44, expected: 52, points: 3 });
  assert.deepEqual(sumsOf(closed, totals), { have: 44, expected: 52, answered: 3, points: 3 });
});

test("what is missing to a line is a whole number of people", () => {
  const lines = (have, expected) => missing([1, 0.9], { have, expected }).map((line) => [line.need, line.missing]);
  assert.deepEqual(lines(45, 50), [[50, 5], [45, 0]]);
  assert.deepEqual(lines(null, 5), [[5, 5], [5, 5]]);
  assert.deepEqual(lines(60, 50), [[50, 0], [45, 0]]);
});

test("who has not answered is called in order, the main point first", () => {
  const point = (code, name, roll_answered, main = false) => ({ code, name, roll_answered, main });
  const points = [point("a", "Ấp 10", false), point("b", "Ấp 9", false), point("c", "Xã", false, true), point("d", "A", true), point("e", "B", null)];
  assert.deepEqual(silent(points).map(({ code }) => code), ["c", "b", "a"]);
});

test("a time of day is one of the session's day in Vietnam, and comes back", () => {
  const start = "2026-10-03T23:30:00.000Z"; // 06:30 on the 4th there
  assert.equal(momentOf(start, "08:05"), "2026-10-04T01:05:00.000Z");
  assert.equal(momentOf(start, "00:10"), "2026-10-03T17:10:00.000Z");
  assert.equal(momentOf(start, ""), null);
  assert.equal(timeOf("2026-10-04T01:05:00.000Z"), "08:05");
  assert.equal(timeOf(null), "");
});
