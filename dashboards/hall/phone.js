// @ts-check
/**
 * The controls of a hall: one column, four places, no menu.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { batch, html, signal } from "../shared/ui.js";
import { LanguageSwitch } from "../shared/widgets/language-switch.js";
import { Calling } from "./calling.js";
import { Checks } from "./checks.js";
import { Counting } from "./counting.js";
import { CentreMessage, RoomQuestion } from "./widgets/ask-room.js";
import { CountForm } from "./widgets/count-form.js";
import { EntryLine, EntryLog } from "./widgets/entry-log.js";
import { Guests } from "./widgets/guests.js";
import { Help, WithoutLine } from "./widgets/help.js";
import { NameCall } from "./widgets/name-call.js";
import { PersonForm } from "./widgets/person-form.js";
import { SeenCard } from "./widgets/seen-card.js";
import { TestSteps } from "./widgets/test-steps.js";

/** @import {Desk} from "./desk.js" */
/** @import {Held} from "./store/held.js" */
/** @import {OrderGive} from "./wire.d.ts" */

/** @typedef {"count"|"test"|"help"|"log"} Place */
const PLACES = /** @type {const} */ (["count", "test", "help", "log"]);

export class Phone {
  place = signal(/** @type {Place} */ ("count"));
  message = signal(/** @type {{text: string, at: number}|null} */ (null));
  /** The order that asks the room, until it is answered. @type {import("../vendor/signals.js").Signal<OrderGive|null>} */
  question = signal(/** @type {OrderGive|null} */ (null));
  editing = signal(false);

  /** @param {Desk} desk @param {Held} held @param {() => void} leave - be another device */
  constructor(desk, held, leave) {
    this.desk = desk;
    this.counting = new Counting(desk, held);
    this.calling = new Calling(desk, held);
    this.checks = new Checks(desk);
    this.leave = leave;
    desk.perform = (order, deed) => this.#perform(order, deed);
  }

  /** @param {OrderGive} order @param {import("./order.js").Deed} deed */
  #perform(order, deed) {
    if (deed === "message") {
      this.message.value = { text: order.text, at: this.desk.now() };
      this.desk.answer(order.id, { outcome: "done" });
    } else if (deed === "ask") {
      this.question.value = order;
      this.desk.answer(order.id, { outcome: "begun" });
    } else void this.#test(order.id, deed);
  }

  /** @param {string} order @param {import("./order.js").Deed} deed */
  async #test(order, deed) {
    this.desk.answer(order, { outcome: "begun" });
    const why = await (deed === "sound" ? this.checks.runSound(order) : this.checks.runSilent(order));
    this.desk.answer(order, { outcome: why ? "refused" : "done", why: why ?? "" });
  }

  answered() {
    const order = this.question.peek();
    if (order) this.desk.answer(order.id, { outcome: "done" });
    batch(() => {
      this.question.value = null;
      this.place.value = "count";
    });
  }
}

/** @param {{phone: Phone}} props */
export function PhonePage({ phone }) {
  const { desk } = phone;
  const say = text.value;
  const unnamed = !desk.person.value.name || phone.editing.value;
  return html`<div class="hall phone">
    <${Head} phone=${phone} />
    <main>
      ${!isSecureContext && html`<p class="card card-warn">${say.say("hall.insecure")}</p>`}
      ${desk.storageFault.value &&
      html`<p class="card card-bad" role="alert">${say.say("hall.storage")}</p>`}
      ${phone.question.value &&
      html`<${RoomQuestion} desk=${desk} title=${say.say("ask.title")} done=${() => phone.answered()} />`}
      ${unnamed
        ? html`<${PersonForm} desk=${desk} done=${() => (phone.editing.value = false)} />`
        : html`<${Where} phone=${phone} />`}
    </main>
    ${!unnamed && html`<${Places} phone=${phone} />`}
    ${phone.message.value &&
    html`<${CentreMessage} message=${phone.message.value} close=${() => (phone.message.value = null)} />`}
  </div>`;
}

/** @param {{phone: Phone}} props */
function Head({ phone: { desk } }) {
  const say = text.value;
  const { point, session } = desk.told.value;
  return html`<header class="hall-head">
    <div>
      <h1>${point?.name ?? desk.device.point.name}</h1>
      <p>${session?.phase ? say.say(`phase.${session.phase}`) : say.say("phase.none")}</p>
    </div>
    <${LinkState} desk=${desk} />
  </header>`;
}

/** The state of this device's own line. @param {{desk: Desk}} props */
function LinkState({ desk }) {
  const say = text.value;
  const open = desk.fresh.value;
  const waiting = desk.waiting.value;
  return html`<p class=${`own-link ${open ? "is-open" : "is-off"}`} role="status">
    <span aria-hidden="true">${open ? "●" : "✕"}</span>
    ${say.say(`hall_link.${desk.link.value}`)}
    ${waiting > 0 && html`<b>${" · "}${say.say("hall.waiting", { n: waiting })}</b>`}
  </p>`;
}

/** @param {{phone: Phone}} props */
function Where({ phone }) {
  const { desk } = phone;
  const place = phone.place.value;
  return html`${desk.link.value === "waiting" && html`<${WithoutLine} desk=${desk} />`}
    ${desk.stopped.value && html`<${Stopped} phone=${phone} />`}
    ${place !== "test" && html`<${SeenCard} desk=${desk} />`}
    ${place === "count" && html`<${CountPlace} phone=${phone} />`}
    ${place === "test" && html`<${TestSteps} phone=${phone} />`}
    ${place === "help" && html`<${Help} desk=${desk} />`}
    ${place === "log" && html`<${LogPlace} phone=${phone} />`}`;
}

/** @param {{phone: Phone}} props */
function CountPlace({ phone }) {
  const last = phone.desk.facts.value.at(-1);
  return html`${last && html`<section class="card last"><${EntryLine} desk=${phone.desk} fact=${last} /></section>`}
    <${Call} phone=${phone} />
    <${Guests} desk=${phone.desk} calling=${phone.calling} />`;
}

/** By names where the centre allows it and this hall has a list, else by heads. @param {{phone: Phone}} props */
function Call({ phone: { desk, counting, calling } }) {
  const say = text.value;
  if (calling.asks(counting.task.value.roll))
    return html`<${NameCall} calling=${calling} counting=${counting} desk=${desk} />`;
  const heads = counting.task.value.roll > 0 && calling.byHeads.value;
  return html`<${CountForm} counting=${counting} entered=${() => scrollTo({ top: 0 })} />
    ${heads &&
    html`<button class="link" onClick=${() => (calling.byHeads.value = false)}>${say.say("names.by_names")}</button>`}
    ${desk.told.value.rolls?.names &&
    calling.fault.value === "unreachable" &&
    html`<p class="note">${say.say("names.unreachable")}</p>`}`;
}

/** @param {{phone: Phone}} props */
function LogPlace({ phone }) {
  const say = text.value;
  const { desk } = phone;
  return html`<section class="card">
      <h2>${say.say("log.title")}</h2>
      <${EntryLog} desk=${desk} />
    </section>
    <section class="card">
    <h2>${say.say("log.device")}</h2>
    <p>${desk.told.value.point?.name ?? desk.device.point.name}</p>
    <p>${desk.person.value.name} · ${desk.person.value.phone}</p>
    <button class="secondary" onClick=${() => (phone.editing.value = true)}>
      ${say.say("log.change_person")}
    </button>
    <p class="language"><${LanguageSwitch} /></p>
    <${Leave} phone=${phone} />
  </section>`;
}

/** @param {{phone: Phone}} props */
function Leave({ phone }) {
  const say = text.value;
  if (phone.desk.waiting.value > 0) return html`<p class="soft">${say.say("log.cannot_leave")}</p>`;
  return html`<button class="link" onClick=${() => phone.leave()}>${say.say("log.leave")}</button>`;
}

/** @param {{phone: Phone}} props */
function Stopped({ phone }) {
  return html`<section class="card card-bad" role="alert">
    <p>${text.value.say("hall.stopped")}</p>
    <button class="primary" onClick=${() => phone.leave()}>${text.value.say("hall.join_again")}</button>
  </section>`;
}

/** @param {{phone: Phone}} props */
function Places({ phone }) {
  const say = text.value;
  return html`<nav class="places" aria-label=${say.say("place.nav")}>
    ${PLACES.map(
      (place) => html`<button aria-current=${phone.place.value === place ? "page" : null}
        onClick=${() => (phone.place.value = place)}>
        ${say.say(`place.${place}`)}
      </button>`,
    )}
  </nav>`;
}
