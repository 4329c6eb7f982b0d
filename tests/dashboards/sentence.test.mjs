import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { missing, readAloud, tooMany, verdict, why, lineUse, sourceName } from "../../dashboards/shared/sentence.js";
import { Text } from "../../dashboards/shared/text.js";

const read = (lang) =>
  JSON.parse(readFileSync(new URL(`../../dashboards/locale/${lang}.json`, import.meta.url), "utf8"));
const vi = new Text("vi", read("vi"));
const en = new Text("en", read("en"));

const START = 1_000_000_000;
const people = { expected: 4474, reported: 4290, present: null, excused: 0, guests: 0 };
const totals = { points: 92, points_reported: 90, points_answered: 88, people, presence: {}, readiness: {}, reception: { playing: 80, verified: 8 }, tiles: {} };
const met = (code) => ({ code, met: true, have: null, need: null, of: null, known: true });
const session = {
  phase: "check_in",
  phase_since: START - 60_000,
  start_at: START,
  broadcast: "off",
  go: true,
  may_enter: ["live"],
  conditions: [{ code: "points_ready", met: true, have: 84, need: 83, of: 96, known: true }, met("main_point")],
};
const media = { relay: true, studio: true, programme: "studio" };
const main = { tile: "ok", why: "ready" };
const known = (more = {}, rest = {}) => ({
  session: { ...session, ...more },
  totals,
  media,
  main,
  now: START - 12 * 60_000,
  ...rest,
});
const words = ({ lead, judgement, detail }) => [lead, judgement, detail].filter(Boolean).join(" ");

test("the sentence to read aloud", () => {
  assert.equal(
    readAloud(vi, totals),
    "Có mặt 4.290/4.474 đồng chí (95,9 %) tại 90/92 điểm cầu",
  );
  assert.equal(readAloud(en, totals), "Present: 4,290/4,474 members (95.9%) at 90/92 points");
});

test("the roll call wins over the head count", () => {
  const called = { ...totals, people: { ...people, present: 4300 } };
  assert.match(readAloud(vi, called), /^Có mặt 4\.300\//);
});

test("nothing reported is not nobody present", () => {
  assert.equal(readAloud(vi, { ...totals, people: { ...people, reported: null } }), null);
  assert.match(readAloud(vi, { ...totals, people: { ...people, reported: 0 } }), /^Có mặt 0\//);
});

test("without anybody expected there is no share", () => {
  const free = { ...totals, people: { ...people, expected: 0 } };
  assert.equal(readAloud(vi, free), "Có mặt 4.290 đồng chí tại 90/92 điểm cầu");
});

test("more people than members is doubted, unless nobody was expected", () => {
  assert.equal(tooMany({ ...people, expected: 59, reported: 591 }), true);
  assert.equal(tooMany({ ...people, expected: 59, reported: 59 }), false);
  assert.equal(tooMany({ ...people, expected: 59, reported: null }), false);
  assert.equal(tooMany({ ...people, expected: 0, reported: 4 }), false);
});

test("may I start: yes", () => {
  const { mood, ...rest } = verdict(vi, known());
  assert.equal(mood, "go");
  assert.equal(words(rest), "Còn 12 phút. 84/96 điểm cầu sẵn sàng. Có thể bắt đầu.");
});

test("may I start: no, and why", () => {
  const conditions = [session.conditions[0], { ...met("main_point"), met: false }];
  const silent = { tile: "degraded", why: "no_sound" };
  const said = verdict(vi, known({ go: false, conditions }, { main: silent }));
  assert.equal(said.mood, "stop");
  assert.equal(
    words(said),
    "Còn 12 phút. 84/96 điểm cầu sẵn sàng. Chưa nên bắt đầu: điểm cầu chính không có tiếng.",
  );
});

test("no without a reason is still no", () => {
  const said = verdict(vi, known({ go: false }));
  assert.equal(said.judgement, "Chưa nên bắt đầu.");
});

test("before the start can be entered it is not judged", () => {
  const said = verdict(vi, known({ phase: "planned", may_enter: ["check_in"] }));
  assert.equal(said.mood, "wait");
  assert.match(words(said), /Chưa đến phần truyền trực tiếp/);
});

test("time left, now, and past", () => {
  const at = (now) => words(verdict(vi, known({}, { now })));
  assert.match(at(START - 45_000), /^Còn 45 giây\./);
  assert.match(at(START + 500), /^Đã đến giờ\./);
  assert.match(at(START + 180_000), /^Đã quá giờ 3 phút\./);
  assert.match(words(verdict(vi, known({ start_at: null }))), /^84\/96/);
});

test("every condition has a clause, an unknown one shows its code", () => {
  const unmet = (code, counts = {}) => ({ ...met(code), met: false, ...counts });
  const conditions = [
    unmet("points_ready", { have: 70, need: 83, of: 92 }),
    unmet("points_ready"),
    unmet("main_point"),
    unmet("studio_sound"),
    unmet("studio_sound", { known: false }),
    unmet("relay", { known: false }),
    unmet("checked_in", { have: 50, need: 83, of: 92 }),
    unmet("weather"),
  ];
  assert.deepEqual(missing(vi, known({ conditions })), [
    "cần ít nhất 83 điểm cầu sẵn sàng",
    "chưa đủ điểm cầu sẵn sàng",
    "điểm cầu chính chưa sẵn sàng",
    "nguồn phát chưa có tiếng",
    "chưa rõ nguồn phát có tiếng không: chạy thử chương trình ít giây để nghe",
    "máy chủ truyền không trả lời",
    "mới 50/92 điểm cầu báo số có mặt, cần 83",
    "còn điều kiện chưa đạt (mã weather)",
  ]);
});

test("a failed preflight names its check, in the words shared with agents", () => {
  const url = new URL("../../signaling/locale/vi.json", import.meta.url);
  const common = JSON.parse(readFileSync(url, "utf8"));
  const both = new Text("vi", { ...vi.catalogue, ...common });
  assert.equal(why(both, "preflight_microphone"), "kiểm tra chưa đạt: Micro");
  assert.equal(why(both, "preflight_aura"), "lý do khác (mã preflight_aura)");
});

test("an unknown reason shows its code", () => {
  assert.equal(why(vi, "sunspots"), "lý do khác (mã sunspots)");
});

test("live says how long and how many play", () => {
  const live = { phase: "live", phase_since: START - 60_000, broadcast: "on" };
  const said = verdict(vi, known(live, { now: START }));
  assert.equal(said.mood, "live");
  assert.equal(words(said), "Đang truyền trực tiếp được 1 phút. 88/92 điểm cầu đang chiếu.");
});

for (const [fault, more, plane] of [
  ["off", { broadcast: "off" }, {}],
  ["paused", { broadcast: "paused" }, {}],
  ["no_relay", { broadcast: "on" }, { relay: false }],
  ["slate_chosen", { broadcast: "on", source: "slate" }, { programme: "slate" }],
  ["no_studio", { broadcast: "on" }, { studio: false, programme: "slate" }],
  ["slate", { broadcast: "on" }, { programme: "slate" }],
]) {
  test(`live without a programme is never called live: ${fault}`, () => {
    const said = verdict(vi, known({ phase: "live", ...more }, { media: { ...media, ...plane } }));
    assert.equal(said.mood, "trouble");
    assert.equal(said.judgement, vi.say(`verdict.live_${fault}`));
    assert.doesNotMatch(words(said), /Đang truyền/);
  });
}

test("live with an ill main point says so", () => {
  const ill = { tile: "lost", why: "silence" };
  const said = verdict(vi, known({ phase: "live", broadcast: "on" }, { main: ill }));
  assert.equal(said.mood, "trouble");
  assert.match(words(said), /Điểm cầu chính mất tín hiệu\.$/);
});

for (const phase of [null, "branch_meetings", "closed", "postponed"]) {
  test(`${phase} is said quietly`, () => {
    const said = verdict(vi, known({ phase }));
    assert.equal(said.mood, "quiet");
    assert.ok(said.lead.endsWith("."));
  });
}

test("a source is named: a hall by its name, an unknown one by itself", () => {
  const point = { name: "Hội trường UBND xã Hòa Phong" };
  assert.equal(sourceName(vi, "studio-backup"), "nguồn dự phòng");
  assert.equal(sourceName(vi, "point/MH-001", point), "Hội trường UBND xã Hòa Phong");
  assert.equal(sourceName(vi, "point/MH-001"), "MH-001");
  assert.equal(sourceName(vi, "film"), "film");
});

for (const [egress, budget, uplink, mood, words] of [
  [42_000, 85_000, 100_000, "good", "dùng 42/85 Mbps (cả đường 100). Còn dư."],
  [76_600, 85_000, 100_000, "tight", "dùng 76,6/85 Mbps (cả đường 100). Gần hết."],
  [85_100, 85_000, 100_000, "over", "dùng 85,1/85 Mbps (cả đường 100). Quá mức."],
  [42_000, 85_000, null, "good", "dùng 42/85 Mbps (cả đường 85). Còn dư."],
  [42_000, null, 100_000, "good", "dùng 42/100 Mbps (cả đường 100). Còn dư."],
]) {
  test(`the way out: ${egress} of ${budget} of ${uplink} kbps`, () => {
    const use = lineUse(vi, { egress_kbps: egress, budget_kbps: budget, uplink_kbps: uplink });
    assert.deepEqual([use.mood, use.words], [mood, words]);
    const whole = uplink ?? budget;
    assert.deepEqual([use.used, use.budget], [egress / whole, (budget ?? uplink) / whole]);
  });
}

test("a way out without a limit is no bar", () => {
  const use = lineUse(vi, { egress_kbps: 1_540, budget_kbps: null, uplink_kbps: null });
  assert.deepEqual([use.used, use.budget, use.mood], [null, null, "good"]);
  assert.equal(use.words, "đang dùng 1,5 Mbps, chưa khai giới hạn.");
});
