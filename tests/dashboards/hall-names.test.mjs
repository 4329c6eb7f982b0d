import assert from "node:assert/strict";
import { test } from "node:test";

import {
  KEEP_NAMES_MS,
  allowed,
  found,
  inOrder,
  keeps,
  marked,
  membersOf,
  restPresent,
  tally,
  tapped,
  words,
} from "../../dashboards/hall/names.js";

const AT = { branch: "Chi bộ 1", roll: 1 };
const READ = "2026-10-04T00:45:00.000Z";
const NOW = Date.parse(READ);
const member = (ref, name, more = {}) => ({ ref, name, exempt: false, marks: {}, ...more });
const MEMBERS = [
  member("a", "Nguyễn Văn Ân"),
  member("b", "Trần Thị Ánh", { marks: { 1: "late", 2: "absent" } }),
  member("c", "Đỗ Văn An", { exempt: true }),
];
const LIST = { session: "s1", read_utc: READ, branches: [{ branch: "Chi bộ 1", members: MEMBERS }] };
const TOLD = { session: { session: "s1", phase: "live" }, rolls: { names: true } };

function fact(entry, more = {}) {
  return { ...entry, session: "s1", recorded_utc: null, note: null, remark: null, ...more };
}
const marksOf = (said) => [...said].map(([ref, { mark }]) => [ref, mark]);

test("a list is in the order of given names, as Vietnamese has its letters", () => {
  const names = ["Lê Văn Ổn", "Lê Văn Oanh", "Đỗ Đạt", "Đỗ Dũng", "Nguyễn Văn Ân", "Trần An", "Bùi Ăn"];
  const order = inOrder(names.map((name) => member(name, name))).map(({ name }) => name);
  assert.deepEqual(order, ["Trần An", "Bùi Ăn", "Nguyễn Văn Ân", "Đỗ Dũng", "Đỗ Đạt", "Lê Văn Oanh", "Lê Văn Ổn"]);
  assert.deepEqual(inOrder([member("y", "Hà An"), member("x", "Bùi An")]).map(({ ref }) => ref), ["x", "y"]);
});

test("a name is found without its marks, its words in any order", () => {
  assert.deepEqual(found(MEMBERS, "van an").map(({ ref }) => ref), ["a", "c"]);
  assert.deepEqual(found(MEMBERS, "ánh tran").map(({ ref }) => ref), ["b"]);
  assert.deepEqual(found(MEMBERS, " ").length, 3);
  assert.deepEqual(found([member("t", "Lê Thanh")], "anh"), []);
  assert.deepEqual(membersOf(LIST, "Chi bộ 2"), []);
});

test("what stands is what the centre said, and over it what it had not then", () => {
  assert.deepEqual(marksOf(words(LIST, AT, [])), [["a", null], ["b", "late"], ["c", null]]);
  const facts = [
    fact(marked(AT, "a", "absent"), { recorded_utc: "2026-10-04T00:44:00.000Z" }),
    fact(marked(AT, "b", "present")),
    fact(marked({ ...AT, roll: 2 }, "c", "present")),
    fact(marked({ ...AT, branch: "Chi bộ 2" }, "c", "present")),
    fact(marked(AT, "c", "late"), { note: "unknown_member" }),
    fact(marked(AT, "c", "late"), { session: "s0" }),
    fact({ kind: "roll.counted", body: {} }),
  ];
  const said = words(LIST, AT, facts);
  // The list was read after the first entry was recorded: another phone may have said otherwise.
  assert.deepEqual(marksOf(said), [["a", null], ["b", "present"], ["c", null]]);
  assert.equal(said.get("a").said, facts[0]);
  assert.equal(said.get("c").said, null);
});

test("everybody else is here, but who was marked otherwise", () => {
  const before = words(LIST, AT, [fact(marked(AT, "a", "excused"))]);
  const entry = restPresent(AT, MEMBERS, before);
  // Who is exempt is not said to be here unless somebody said so.
  assert.deepEqual(entry.body, { ...AT, others: "present", marks: { a: "excused", b: "late", c: "absent" } });
  const came = words(LIST, AT, [fact(marked(AT, "c", "present"))]);
  assert.deepEqual(restPresent(AT, MEMBERS, came).body.marks, { b: "late" });
  const after = words(LIST, AT, [fact(marked(AT, "a", "excused")), fact(entry)]);
  assert.deepEqual(marksOf(after), [["a", "excused"], ["b", "late"], ["c", "absent"]]);
  assert.deepEqual(tally(MEMBERS, after), { expected: 2, present: 1, excused: 1, absent: 0, unmarked: 0, exempt: 0 });
});

test("who is exempt is not expected, and nobody is counted before he is marked", () => {
  const sums = tally(MEMBERS, words(LIST, { ...AT, roll: 2 }, []));
  assert.deepEqual(sums, { expected: 2, present: 0, excused: 0, absent: 1, unmarked: 1, exempt: 0 });
});

test("one tap says here, or not after all", () => {
  assert.deepEqual([null, "absent", "excused"].map(tapped), ["present", "present", "present"]);
  assert.deepEqual(["present", "late", "left_early"].map(tapped), ["absent", "absent", "absent"]);
});

test("names stay on the phone while their session is open, and twelve hours at most", () => {
  const told = (phase, names = true, session = "s1") => ({ session: { session, phase }, rolls: { names } });
  assert.ok(keeps(LIST, TOLD, NOW));
  assert.ok(keeps(LIST, TOLD, NOW + KEEP_NAMES_MS - 1));
  for (const [now, state] of [
    [NOW + KEEP_NAMES_MS, TOLD],
    [NOW - KEEP_NAMES_MS, TOLD],
    [NOW, told("closed")],
    [NOW, told("postponed")],
    [NOW, told("planned")],
    [NOW, told("live", false)],
    [NOW, told("live", true, "s2")],
    [NOW, { session: null, rolls: null }],
  ])
    assert.ok(!keeps(LIST, state, now), JSON.stringify(state));
  assert.ok(allowed(told("check_in")));
});
