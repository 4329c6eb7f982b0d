import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, lines, shown } from "../../dashboards/host/secretary/rows.js";

const NONE = {
  expected: 0, reported: null, present: null, attended: null, excused: 0, exempt: 0, guests: 0,
  elsewhere: 0, made_up: 0, late: 0, left_early: 0, branches: 1, answered: 0, corrected: 0,
};
const sums = (part) => ({ ...NONE, ...part });

function point(code, name, unit, attended = null, expected = 10) {
  const check_in = sums({ expected, reported: expected - 1, answered: 1 });
  const rolls = [sums({ expected, attended, answered: attended === null ? 0 : 1 })];
  return {
    code, name, unit, main: false, checked_in: true, contact_name: "Lan", contact_phone: "0900",
    check_in, rolls, branches: [{ branch: `Chi bộ ${name}`, check_in, rolls }],
  };
}

const answer = {
  current_roll: 1,
  units: [{ unit: "Đảng bộ Dị Sử", points: 2, check_in: NONE, rolls: [NONE] }],
  points: [
    point("A", "Ấp Đông", "Đảng bộ Dị Sử", 7),
    point("B", "Bạch Sam", "Đảng bộ Bạch Sam", null, 30),
    point("C", "Đông Sơn", "Đảng bộ Dị Sử", 9, 20),
    point("D", "Dân Tiến", "Đảng bộ Dị Sử"),
  ],
};
const view = { by: "points", query: "", silentOnly: false, column: "name", down: false };
const names = (part) => shown(answer, { ...view, ...part }).map(({ name }) => name);

test("names come in the order of the Vietnamese alphabet", () => {
  assert.deepEqual(names({}), ["Ấp Đông", "Bạch Sam", "Dân Tiến", "Đông Sơn"]);
  assert.deepEqual(names({ down: true }), ["Đông Sơn", "Dân Tiến", "Bạch Sam", "Ấp Đông"]);
  const letters = ["ư", "u", "ơ", "ô", "o", "ê", "e", "đ", "d", "â", "ă", "a"];
  const points = letters.map((name, i) => point(String(i), name, ""));
  const found = shown({ ...answer, points }, view).map(({ name }) => name);
  assert.deepEqual(found, ["a", "ă", "â", "d", "đ", "e", "ê", "o", "ô", "ơ", "u", "ư"]);
});

test("search needs no marks and looks at code, name and what it belongs to", () => {
  assert.deepEqual(names({ query: "dong" }), ["Ấp Đông", "Đông Sơn"]);
  assert.deepEqual(names({ query: "di su tien" }), ["Dân Tiến"]);
  assert.deepEqual(names({ query: "b bach" }), ["Bạch Sam"]);
});

test("who has not answered the roll call can be shown alone", () => {
  assert.deepEqual(names({ silentOnly: true }), ["Bạch Sam", "Dân Tiến"]);
  const before = { ...answer, current_roll: null };
  assert.deepEqual(shown(before, { ...view, silentOnly: true }), []);
});

test("numbers put lines in order, and who said nothing comes first", () => {
  assert.deepEqual(names({ column: "1" }), ["Bạch Sam", "Dân Tiến", "Ấp Đông", "Đông Sơn"]);
  assert.deepEqual(names({ column: "expected", down: true }).slice(0, 2), ["Bạch Sam", "Đông Sơn"]);
  assert.equal(names({ column: "check_in" }).length, 4);
});

test("lines by unit and by branch", () => {
  assert.deepEqual(names({ by: "units" }), ["Đảng bộ Dị Sử"]);
  const [first] = lines(answer, "branches");
  assert.deepEqual([first.name, first.under, first.code], ["Chi bộ Ấp Đông", "Ấp Đông", "A"]);
  assert.equal(answered({ ...first, rolls: [] }, 1), true);
});
