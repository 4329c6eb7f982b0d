// @ts-check
/**
 * The hall's desk: what this device knows and can do, as signals that widgets look at. It owns
 * the link and the spool; everything entered goes through `enter`.
 *
 * @module
 */

import { batch, computed, signal } from "../shared/ui.js";
import { fits, stageOf } from "./device/spool.js";
import { Link } from "./link.js";
import { weigh } from "./order.js";
import { Tabs } from "./tabs.js";

/** @import {Device, Held, Person, Told} from "./store/held.js" */
/** @import {Choice} from "./choice.js" */
/** @import {SpoolStore} from "./store/spool-store.js" */
/** @import {Kept, Stage} from "./device/spool.js" */
/** @import {LinkState} from "./dial.js" */
/** @import {FactAcked, OrderGive, ToDevice, Welcome} from "./wire.d.ts" */
/** @import {Deed} from "./order.js" */

/** Which member of what was told each message replaces. @type {Record<string, keyof Told>} */
const TOLD = {
  "session.state": "session",
  "roll.state": "rolls",
  "hall.recorded": "recorded",
  "point.state": "seen",
  "programme.sending": "sending",
};
/** @type {Told} */
const NOTHING = { point: null, session: null, rolls: null, recorded: null, seen: null, limits: null, sending: null };

/** @typedef {{outcome: "begun"|"done"|"refused", why?: string}} Outcome */
/** @typedef {(order: OrderGive, deed: Deed) => void} Doer */

export class Desk {
  /** @type {import("../vendor/signals.js").Signal<LinkState>} */
  link = signal(/** @type {LinkState} */ ("connecting"));
  told = signal(NOTHING);
  /** Everything that was entered here, the oldest first. */
  facts = signal(/** @type {Kept[]} */ ([]));
  /** Numbers that are on their way on this connection. */
  sent = signal(/** @type {ReadonlySet<number>} */ (new Set()));
  person = signal(/** @type {Person} */ ({ name: "", phone: "" }));
  /** Every point of the roster, as it was when this device joined. */
  choices = signal(/** @type {Choice[]} */ ([]));
  /** The disk does not take what is entered; what it said. */
  storageFault = signal("");
  /** Entries the centre has not. */
  waiting = computed(() => this.facts.value.filter(({ recorded_utc }) => recorded_utc === null).length);
  /** What is shown is what the centre says now. */
  fresh = computed(() => this.link.value === "open");
  /** Whether the link gave up, and why. */
  stopped = computed(() => (this.link.value === "stopped" ? this.#link.reason : ""));

  /** Measures for a report; null: this device does not report. @type {(seq: number) => object|null} */
  report = () => null;
  /** Carries out orders. @type {Doer} */
  perform = () => undefined;

  #held;
  #spool;
  #link;
  #tabs;

  /**
   * @param {Device} device
   * @param {Held} held
   * @param {SpoolStore} spool
   */
  constructor(device, held, spool) {
    this.device = device;
    this.#held = held;
    this.#spool = spool;
    this.#link = new Link({
      spool,
      credential: () => device.credential,
      report: (seq) => this.report(seq),
      opened: (welcome) => this.#welcome(welcome),
      heard: (message) => this.#hear(message),
      sent: (seqs) => (this.sent.value = new Set([...this.sent.peek(), ...seqs])),
      recorded: (ack) => this.#record(ack),
      renewed: () => void this.#reload(),
      changed: () => this.#showLink(),
      storageFailed: (error) => (this.storageFault.value = String(error)),
      welcomeThere: () => credentialHolds(device.credential),
    });
    this.#tabs = new Tabs((seq) => void this.#noticeSaved(seq));
  }

  async start() {
    const [told, person] = [await this.#held.get("told"), await this.#held.get("person")];
    this.choices.value = (await this.#held.get("choices")) ?? [];
    batch(() => {
      this.told.value = { ...NOTHING, point: pointOf(this.device), ...told };
      if (person) this.person.value = person;
    });
    await this.#reload();
    // Two tabs of one device would push each other off the line.
    this.#tabs.lead(() => this.#link.start());
  }

  retryNow() {
    this.#link.retryNow();
  }

  /** The centre's time, ms since 1970; this machine's where that is not known. */
  now() {
    const offset = this.#link.offset_ms;
    return offset === null ? Date.now() : performance.now() + offset;
  }

  get rtt_ms() {
    return this.#link.rtts_ms.at(-1) ?? null;
  }

  /** Round trips of the last probes, the oldest first. */
  get rtts_ms() {
    return this.#link.rtts_ms;
  }

  /**
   * Keep an entry on the disk, then send it.
   *
   * @param {{kind: string, body: object}} entry
   * @returns {Promise<boolean>} whether it is on the disk
   */
  async enter({ kind, body }) {
    const session = this.told.peek().session?.session ?? null;
    const entered_utc = new Date().toISOString();
    try {
      if (!fits({ session, entered_utc, kind, body })) throw new Error("too long");
      const fact = await this.#spool.save({ session, entered_utc, kind, body });
      batch(() => {
        this.storageFault.value = "";
        this.facts.value = [...this.facts.peek(), fact];
      });
      this.#link.receiveSaved(fact.seq);
      this.#tabs.tell(fact.seq);
      return true;
    } catch (error) {
      this.storageFault.value = String(error);
      return false;
    }
  }

  /** @param {Person} person */
  async setPerson(person) {
    this.person.value = person;
    await this.#held.set("person", person);
  }

  /** A point as people call it. @param {string|null} code */
  nameOf(code) {
    return this.choices.value.find((point) => point.code === code)?.name ?? code ?? "?";
  }

  /** @param {Kept} fact @returns {Stage} */
  stage(fact) {
    return stageOf(fact, fact.spool === this.#spool.identity.spool ? this.sent.value : new Set());
  }

  /** @param {string} id @param {Outcome} outcome */
  answer(id, { outcome, why = "" }) {
    this.#link.say({ type: "order.answer", id, outcome, why });
  }

  /** @param {object} message - not kept, not repeated */
  say(message) {
    this.#link.say(message);
  }

  /** @param {Welcome} welcome */
  #welcome({ point, limits }) {
    this.sent.value = new Set();
    this.#tell({ point, limits: limits ?? null, sending: null });
  }

  /** @param {ToDevice} message */
  #hear(message) {
    if (message.type === "order.give") return this.#order(message);
    const member = TOLD[message.type];
    if (member) this.#tell({ [member]: message });
  }

  /** Show what the centre said, and keep it for when there is no line. @param {Partial<Told>} news */
  #tell(news) {
    this.told.value = { ...this.told.peek(), ...news };
    // Not to be kept is no harm: it comes again with the next connection.
    this.#held.set("told", this.told.peek()).catch(() => undefined);
  }

  /** @param {OrderGive} order */
  #order(order) {
    const { deed, refusal } = weigh(order.action, this.device.role);
    if (refusal) this.answer(order.id, refusal);
    else this.perform(order, deed);
  }

  /** @param {FactAcked} ack */
  async #record(ack) {
    const known = await this.#spool.acked(ack);
    if (!known) return;
    this.facts.value = this.facts.peek().map((fact) => (fact.id === known.id ? known : fact));
    this.#tabs.tell(0);
  }

  /** Another tab saved (or recorded: 0) something. @param {number} seq */
  async #noticeSaved(seq) {
    await this.#spool.load();
    await this.#reload();
    if (seq) this.#link.receiveSaved(seq);
  }

  async #reload() {
    this.facts.value = await this.#spool.all();
  }

  #showLink() {
    batch(() => {
      this.link.value = this.#link.state;
      if (this.#link.state !== "open") this.sent.value = new Set();
    });
  }
}

/** @param {Device} device */
function pointOf({ point }) {
  return { ...point, unit: "", branches: [] };
}

/**
 * Whether the credential still opens anything; yes while nobody answers.
 *
 * @param {string} credential
 */
async function credentialHolds(credential) {
  try {
    const response = await fetch("/api/v1/device", {
      headers: { Authorization: `Bearer ${credential}` },
      cache: "no-store",
      signal: AbortSignal.timeout(5_000),
    });
    return response.status !== 401 && response.status !== 403;
  } catch {
    return true;
  }
}
