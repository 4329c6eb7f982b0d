// @ts-check
/**
 * Looking up members where names are kept: found by name or card number, shown to themselves,
 * deleted. Every reading is recorded at the centre.
 *
 * @module
 */

import { findMembers, forgetMember, readMember } from "../../shared/api.js";
import { batch, signal } from "../../shared/ui.js";

/** @import {Answer} from "../../shared/api.js" */
/** @import {Extract, FoundMember, FoundMembers} from "../../shared/attendance.d.ts" */
/** @import {Book} from "./book.js" */

export class Registry {
  query = signal("");
  /** Null: nothing was asked yet. */
  found = signal(/** @type {FoundMember[]|null} */ (null));
  more = signal(false);
  /** All that is kept of one member. */
  extract = signal(/** @type {Extract|null} */ (null));
  /** Who is about to be deleted. */
  leaving = signal(/** @type {FoundMember|null} */ (null));

  #book;

  /** @param {Book} book */
  constructor(book) {
    this.#book = book;
  }

  /** Whom a name or a number fits; nobody when it says nothing. @param {string} query */
  async lookUp(query) {
    if (!query.trim()) return [];
    const body = /** @type {FoundMembers|null} */ (await this.#ask(findMembers(query.trim())));
    return body?.members ?? [];
  }

  async find() {
    const query = this.query.peek().trim();
    if (!query) return;
    const body = /** @type {FoundMembers|null} */ (await this.#ask(findMembers(query)));
    batch(() => {
      this.found.value = body?.members ?? this.found.peek();
      this.more.value = body?.more ?? false;
    });
  }

  /** @param {string} ref */
  async read(ref) {
    this.extract.value = /** @type {Extract|null} */ (await this.#ask(readMember(ref)));
  }

  /** Delete the name; the numbers stay. @param {string} ref */
  async forget(ref) {
    if (!(await this.#book.do(() => forgetMember(ref)))) return;
    batch(() => {
      this.leaving.value = null;
      this.found.value = (this.found.peek() ?? []).filter((one) => one.ref !== ref);
    });
  }

  /** @param {Promise<Answer>} request @returns {Promise<unknown>} null: the book says why */
  async #ask(request) {
    const answer = await request;
    if (answer.kind === "done") return answer.body;
    this.#book.failed(answer);
    return null;
  }
}
