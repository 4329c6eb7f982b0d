// @ts-check
/**
 * The secretary's desk: roll calls, the table, what only a person can decide, and files.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { effect, html, useMemo } from "../../shared/ui.js";
import { LinkBand } from "../../shared/widgets/link-band.js";
import { Header } from "../header.js";
import { ReadAloud } from "../read-aloud.js";
import { Book } from "./book.js";
import { Conflicts } from "./conflicts.js";
import { Corrections } from "./corrections.js";
import { CountSheet } from "./count-sheet.js";
import { DeedLine } from "./deed-line.js";
import { Files } from "./files.js";
import { KeptEntries } from "./kept.js";
import { Members } from "./members.js";
import { Moves } from "./moves.js";
import { PlanSheet } from "./plan-sheet.js";
import { Rolls } from "./rolls.js";
import { Table } from "./table.js";

/** @import {Desk} from "../desk.js" */
/** @import {Person} from "../../shared/page.js" */

/**
 * The secretary begins here; the others come by the link in the head.
 *
 * @param {Person} person
 * @param {string} search - of the address
 */
export function isSecretaryView(person, search) {
  const asked = new URLSearchParams(search).get("desk");
  return asked === "secretary" || (asked === null && person.role === "secretary");
}

/** @param {{desk: Desk}} props */
export function SecretaryDesk({ desk }) {
  const { live } = desk;
  const asked = new URLSearchParams(location.search).get("session");
  const book = useMemo(() => new Book(live, asked), []);
  useMemo(() => effect(() => void (document.title = text.value.say("secretary.title"))), []);
  return html`<div class=${`host secretary ${live.trusted.value ? "is-live" : "is-old"}`}>
    <${Header} desk=${desk}
      other=${{ href: "/host?desk=host", label: text.value.say("secretary.to_host") }} />
    <${LinkBand} live=${live} />
    <main class="desk">
      <div class="desk-side">
        <${Rolls} book=${book} desk=${desk} />
        <${DeedLine} book=${book} />
        <${ReadAloud} live=${live} />
        <${Files} book=${book} />
      </div>
      <div class="card desk-main">
        <${Tabs} book=${book} />
        <${Sheet} book=${book} />
      </div>
    </main>
    ${book.counting.value !== null && html`<${CountSheet} book=${book} code=${book.counting.value} />`}
    ${book.planning.value !== null && html`<${PlanSheet} book=${book} number=${book.planning.value} />`}
  </div>`;
}

/** @param {{book: Book}} props */
function Sheet({ book }) {
  switch (book.tab.value) {
    case "table":
      return html`<${Table} book=${book} />`;
    case "conflicts":
      return html`<${Conflicts} book=${book} />`;
    case "kept":
      return html`<${KeptEntries} book=${book} />`;
    case "moves":
      return html`<${Moves} book=${book} />`;
    case "corrections":
      return html`<${Corrections} book=${book} />`;
    case "members":
      return html`<${Members} book=${book} />`;
  }
}

/** @type {import("./book.js").Tab[]} */
const TABS = ["table", "conflicts", "kept", "moves", "corrections", "members"];

/** @param {{book: Book}} props */
function Tabs({ book }) {
  const say = text.value;
  const answer = book.answer.value;
  const waiting = { conflicts: answer?.conflicts_open ?? 0, kept: answer?.kept_open ?? 0 };
  return html`<nav class="tabs" aria-label=${say.say("secretary.sheets")}>
    ${TABS.filter((tab) => tab !== "members" || answer?.names).map((tab) => {
      const n = tab === "conflicts" || tab === "kept" ? waiting[tab] : 0;
      return html`<button class="tab" aria-pressed=${String(book.tab.value === tab)}
        onClick=${() => void book.open(tab)}>
        ${say.say(`secretary.tab.${tab}`)}${n > 0 && html` <b class="tab-count">${say.number(n)}</b>`}
      </button>`;
    })}
  </nav>`;
}
