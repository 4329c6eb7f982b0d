import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { ServerClock } from "../../dashboards/shared/clock.js";
import { fold, matches } from "../../dashboards/shared/search.js";
import { Text } from "../../dashboards/shared/text.js";

const read = (lang) =>
  JSON.parse(readFileSync(new URL(`../../dashboards/locale/${lang}.json`, import.meta.url), "utf8"));
const vi = new Text("vi", read("vi"));
const en = new Text("en", read("en"));

test("numbers as each language writes them", () => {
  for (const [value, viet, english] of [
    [0, "0", "0"],
    [999, "999", "999"],
    [4290, "4.290", "4,290"],
    [1234567, "1.234.567", "1,234,567"],
  ]) {
    assert.equal(vi.number(value), viet);
    assert.equal(en.number(value), english);
  }
});

test("shares to one digit", () => {
  assert.equal(vi.percent(4290, 4474), "95,9 %");
  assert.equal(en.percent(4290, 4474), "95.9%");
  assert.equal(vi.percent(0, 10), "0,0 %");
  assert.equal(vi.percent(10, 10), "100,0 %");
  assert.equal(vi.percent(11, 10), "110,0 %");
});

test("less than all never reads a hundred", () => {
  assert.equal(vi.percent(9999, 10000), "99,9 %");
});

test("times of day are those of Ho Chi Minh City wherever the page is", () => {
  const at = Date.UTC(2026, 9, 4, 17, 0, 5);
  assert.equal(vi.clock(at), "00:00:05");
  assert.equal(vi.hour(at), "00:00");
  assert.equal(vi.date(at), "05/10/2026");
});

test("ages in words, and as short as a tile needs", () => {
  for (const [ms, words, brief] of [
    [-5, "0 giây", "0″"],
    [59_999, "59 giây", "59″"],
    [60_000, "1 phút", "1′"],
    [3_599_999, "59 phút", "59′"],
    [3_900_000, "1 giờ 05 phút", "1h"],
    [90_000_000, "1 ngày", "1d"],
  ]) {
    assert.equal(vi.duration(ms), words);
    assert.equal(vi.brief(ms), brief);
  }
});

test("a stopwatch", () => {
  assert.equal(vi.stopwatch(725_000), "12:05");
  assert.equal(vi.stopwatch(3_725_000), "1:02:05");
});

test("plurals where the language has them", () => {
  assert.equal(en.say("wall.more", { n: 1 }), "and 1 more point");
  assert.equal(en.say("wall.more", { n: 1200 }), "and 1,200 more points");
  assert.equal(vi.say("wall.more", { n: 1 }), "và 1 điểm cầu nữa");
});

test("an unknown key and a missing parameter show themselves instead of hiding", () => {
  assert.equal(vi.say("no.such"), "no.such");
  assert.match(new Text("vi", {}).say("page.broken"), /gặp lỗi/);
  assert.equal(vi.say("wall.more"), "và {n} điểm cầu nữa");
});

test("search needs no marks, no case and no order", () => {
  const name = fold("MH-017 Nhà văn hóa thôn Ngọc Lãng, xã Đào Dương");
  assert.ok(matches("ngoc LANG", name));
  assert.ok(matches("dao duong nha", name));
  assert.ok(matches("Đào", name));
  assert.ok(matches("017", name));
  assert.ok(!matches("ngoc linh", name));
  assert.equal(fold("Nguyễn".normalize("NFD")), fold("Nguyễn".normalize("NFC")));
});

test("the frame that was under way the shortest sets the clock", () => {
  const clock = new ServerClock();
  assert.equal(clock.now(5), null);
  clock.receive(10_000, 100);
  clock.receive(12_000, 2_400);
  assert.equal(clock.now(3_000), 12_900);
  clock.receive(14_000, 4_050);
  assert.equal(clock.now(4_100), 14_050);
});

test("a clock that was set is believed at once", () => {
  const clock = new ServerClock();
  clock.receive(100_000, 0);
  clock.receive(50_000, 1_000);
  assert.equal(clock.now(1_000), 50_000);
});
