import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { DeviceConnection } from "../../dashboards/hall/device/connection.js";
import { pendingAfter } from "../../dashboards/hall/device/spool.js";
import { decodeToDevice } from "../../dashboards/hall/device/wire.js";

const VECTORS = new URL("../vectors/device_connection.json", import.meta.url);
const UTC = "2026-10-04T00:45:00.000Z";

class Player {
  constructor(last_seq) {
    const hello = { type: "hello", versions: [1], software: "", spool: "s1", last_seq };
    this.machine = new DeviceConnection(hello);
    this.facts = [];
    this.reach(last_seq);
  }

  reach(last) {
    for (let seq = this.facts.length + 1; seq <= last; seq += 1) {
      this.facts.push({ spool: "s1", seq, session: "q4", entered_utc: UTC, recorded_utc: null });
    }
  }

  play(step) {
    this.act(step);
    const events = this.machine.events();
    for (const event of events) {
      const fact = event.event === "recorded" && this.facts[event.acked.seq - 1];
      if (fact) fact.recorded_utc = event.acked.recorded_utc;
    }
    const next = this.machine.nextTimer(step.at);
    return { state: this.machine.state, events: events.map(plain), next };
  }

  act({ do: what, at, message, seq, wall_ms }) {
    const { machine } = this;
    if (what === "opened") machine.receiveOpened(at);
    else if (what === "message") machine.receiveMessage(decodeToDevice(JSON.stringify(message)), at);
    else if (what === "closed") machine.receiveClosed();
    else if (what === "read") this.read(at);
    else if (what === "probe") machine.sendProbe(wall_ms, at);
    else if (what === "timer") machine.handleTimer(at);
    else if (what === "saved") {
      this.reach(seq);
      machine.receiveSaved(seq);
    }
  }

  read(at) {
    const wanted = this.machine.factsWanted(at);
    if (wanted) this.machine.receiveFacts(wanted, pendingAfter(this.facts, wanted), at);
  }
}

function plain(event) {
  if (event.event === "send" && event.message.type === "fact.enter")
    return { event: "send", fact: event.message.seq };
  if (event.event === "opened") return { event: "opened", version: event.welcome.version };
  if (event.event === "recorded") return { event: "recorded", seq: event.acked.seq };
  if (event.event === "heard") return { event: "heard", type: event.message.type };
  return event;
}

for (const { name, last_seq, steps } of JSON.parse(readFileSync(VECTORS, "utf8"))) {
  test(`as in Python: ${name}`, () => {
    const player = new Player(last_seq);
    for (const [index, { then, ...step }] of steps.entries()) {
      assert.deepEqual(player.play(step), then, `step ${index}: ${JSON.stringify(step)}`);
    }
  });
}
