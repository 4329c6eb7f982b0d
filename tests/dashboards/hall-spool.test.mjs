import assert from "node:assert/strict";
import { test } from "node:test";

import {
  KEEP_ACKED_FACTS,
  MAX_FACT_BYTES,
  acked,
  fits,
  numbered,
  pendingAfter,
  purgeable,
  renewed,
  stageOf,
} from "../../dashboards/hall/device/spool.js";

const UTC = "2026-10-04T00:45:00.000Z";
const ENTRY = { session: "q4", entered_utc: UTC, kind: "point.checked_in", body: { n: 1 } };

function facts(count, recorded = []) {
  let identity = { spool: "s1", last_seq: 0 };
  return Array.from({ length: count }, (_, index) => {
    const made = numbered(identity, ENTRY);
    identity = made.identity;
    const fact = { ...made.fact, id: index + 1 };
    return recorded.includes(fact.seq) ? acked(fact, { recorded_utc: UTC }) : fact;
  });
}

test("numbers grow by one and belong to the spool", () => {
  assert.deepEqual(
    facts(3).map(({ spool, seq }) => [spool, seq]),
    [["s1", 1], ["s1", 2], ["s1", 3]],
  );
});

test("what was never acked goes, and so does what the centre lost", () => {
  const held = facts(5, [1, 2, 4]);
  const all = { after: 0, through: 5, have_through: 5, limit: 64 };
  const seqs = (wanted) => pendingAfter(held, wanted).map(({ seq }) => seq);
  assert.deepEqual(seqs(all), [3, 5]);
  assert.deepEqual(seqs({ ...all, have_through: 1 }), [2, 3, 4, 5]);
  assert.deepEqual(seqs({ ...all, have_through: 0, after: 2, through: 4, limit: 1 }), [3]);
});

test("a fact travels without what only this device knows", () => {
  const [sent] = pendingAfter(facts(1), { after: 0, through: 1, have_through: 0, limit: 1 });
  assert.deepEqual(sent, { type: "fact.enter", spool: "s1", seq: 1, ...ENTRY });
});

test("a new identity takes what is not acked, from one on, and leaves the rest", () => {
  const { identity, moved } = renewed(facts(4, [1, 3]), "s2", [3]);
  assert.deepEqual(identity, { spool: "s2", last_seq: 3 });
  assert.deepEqual(
    moved.map(({ id, spool, seq, recorded_utc }) => [id, spool, seq, recorded_utc]),
    [[2, "s2", 1, null], [3, "s2", 2, null], [4, "s2", 3, null]],
  );
});

test("only what was acked long ago is forgotten, and never the newest thousand", () => {
  const later = "2026-10-09T00:00:00.000Z";
  const many = facts(KEEP_ACKED_FACTS + 3, [1, 3]);
  assert.deepEqual(purgeable(many, later).map(({ seq }) => seq), [1, 3]);
  assert.deepEqual(purgeable(many, UTC), []);
  assert.deepEqual(purgeable(facts(5, [1, 2, 3, 4, 5]), later), []);
  const [guest, waiting] = facts(2, [1]).map((fact) => ({ ...fact, kind: "guest.named" }));
  assert.deepEqual(purgeable([guest, waiting], later), [guest], "a guest's name goes when it may");
});

test("kept, on its way and recorded are different things", () => {
  const [fact] = facts(1);
  assert.equal(stageOf(fact, new Set()), "saved");
  assert.equal(stageOf(fact, new Set([1])), "sent");
  assert.equal(stageOf(acked(fact, { recorded_utc: UTC }), new Set([1])), "recorded");
  assert.equal(stageOf(acked(fact, { recorded_utc: UTC, note: "bad_body" }), new Set()), "kept");
});

test("an entry that no frame can hold is known before it is kept", () => {
  assert.ok(fits(ENTRY));
  assert.ok(!fits({ ...ENTRY, body: { note: "ộ".repeat(MAX_FACT_BYTES / 3) } }));
});
