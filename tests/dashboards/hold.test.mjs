import assert from "node:assert/strict";
import { test } from "node:test";

import { RESTING, handleTimer, interrupt, press, release } from "../../dashboards/host/hold.js";

const begin = (more = {}) =>
  press(RESTING, { way: "pointer", now: 1_000, hold_ms: 2_000, dead_until: 0, ...more });

test("held for two seconds it fires, once", () => {
  const early = handleTimer(begin(), 2_999);
  assert.equal(early.fired, false);
  const done = handleTimer(early.hold, 3_000);
  assert.equal(done.fired, true);
  assert.equal(handleTimer(done.hold, 9_000).fired, false);
});

test("let go early it does nothing", () => {
  const hold = release(begin(), "pointer");
  assert.deepEqual(handleTimer(hold, 9_000), { hold: RESTING, fired: false });
});

test("after firing it must be let go before it can be pressed again", () => {
  const { hold } = handleTimer(begin(), 3_000);
  const again = { way: "key", now: 4_000, hold_ms: 2_000, dead_until: 0 };
  assert.equal(press(hold, again), hold);
  assert.equal(press(release(hold, "pointer"), again).state, "holding");
});

test("only the way that began lets go, and no second way joins in", () => {
  const hold = begin();
  assert.equal(release(hold, "key"), hold);
  assert.equal(press(hold, { way: "key", now: 1_500, hold_ms: 2_000, dead_until: 0 }), hold);
});

test("in the dead time after a deed nothing begins", () => {
  assert.equal(begin({ dead_until: 1_001 }), RESTING);
  assert.equal(begin({ dead_until: 1_000 }).state, "holding");
});

test("what comes between ends the holding, but does not free what was spent", () => {
  assert.equal(interrupt(begin()), RESTING);
  const { hold } = handleTimer(begin(), 3_000);
  assert.equal(interrupt(hold), hold);
  assert.equal(interrupt(RESTING), RESTING);
});
