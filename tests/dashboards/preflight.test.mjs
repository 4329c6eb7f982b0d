import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { checkName, figure, measuredAt, sorted, whatToDo } from "../../dashboards/shared/preflight.js";
import { Text } from "../../dashboards/shared/text.js";

const words = (lang) =>
  Object.assign(
    {},
    ...["dashboards", "signaling"].map((folder) =>
      JSON.parse(readFileSync(new URL(`../../${folder}/locale/${lang}.json`, import.meta.url), "utf8")),
    ),
  );
const vi = new Text("vi", words("vi"));
const en = new Text("en", words("en"));
const finding = (check, verdict, why = "") => ({
  check,
  verdict,
  why,
  figure: null,
  unit: "",
  limit: null,
  evidence: "",
  measured_utc: "2026-11-01T01:00:00.000Z",
  fresh: true,
});

test("figures are written in the language's way, with their unit", () => {
  assert.equal(figure(vi, 0.537, "ratio"), "53,7 %");
  assert.equal(figure(vi, 900_000_000, "bytes"), "0,9 GB");
  assert.equal(figure(en, 52_400_000_000, "bytes"), "52.4 GB");
  assert.equal(figure(vi, 1480, "kbps"), "1.480 kbit/s");
  assert.equal(figure(vi, -2500, "ms"), "−2.500 ms");
  assert.equal(figure(vi, -0.2, "ms"), "0 ms");
  assert.equal(figure(vi, -90_250, "ms"), "−90 s");
  assert.equal(figure(vi, -10, "db"), "−10 dB");
  assert.equal(figure(vi, -3.1, "dbfs"), "−3 dBFS");
  assert.equal(figure(vi, -7.5, "lux"), "−7,5 lux");
  assert.equal(figure(vi, 7, ""), "7,0");
});

test("what is not in order has one instruction, what is new shows its code", () => {
  assert.equal(whatToDo(vi, finding("cpu", "ok")), "");
  assert.equal(whatToDo(vi, finding("cpu", "warn", "busy")), "Máy đang quá tải: đóng các chương trình khác.");
  assert.equal(whatToDo(vi, finding("camera", "skipped", "no_device")), "Không có thiết bị này.");
  assert.equal(whatToDo(vi, finding("aura", "fail", "dim")), "Gọi kỹ thuật viên trung tâm (dim).");
  assert.equal(whatToDo(vi, finding("aura", "fail")), "Gọi kỹ thuật viên trung tâm (aura).");
  assert.equal(checkName(vi, "microphone"), "Micro");
  assert.equal(checkName(vi, "aura"), "Mục kiểm tra khác (aura)");
});

test("what needs an eye stands apart, in the order it came", () => {
  const all = [finding("udp", "fail"), finding("cpu", "ok"), finding("disk", "warn"), finding("camera", "skipped")];
  const { ill, rest } = sorted(all);
  assert.deepEqual([ill, rest].map((part) => part.map(({ check }) => check)), [
    ["udp", "disk"],
    ["cpu", "camera"],
  ]);
  assert.equal(measuredAt(all[0]), Date.UTC(2026, 10, 1, 1));
});
