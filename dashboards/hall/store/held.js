// @ts-check
/**
 * What this device holds beside its facts: who it is, who is in charge, and what the centre
 * said last, so that the page can be used without a line.
 *
 * @module
 */

import { answer, transact } from "./database.js";

/** @import {Choice} from "../choice.js" */
/** @import {List} from "../names.js" */
/** @import {HallRecorded, PointCard, PointState, PreflightBounds, ProgrammeSending, RollState, SessionState} from "../wire.d.ts" */

/**
 * @typedef {object} Device
 * @property {string} device
 * @property {string} credential
 * @property {"screen"|"phone"} role
 * @property {{code: string, name: string}} point
 */
/** @typedef {{name: string, phone: string}} Person */
/**
 * What the centre said last. @typedef {object} Told
 * @property {PointCard|null} point
 * @property {SessionState|null} session
 * @property {RollState|null} rolls
 * @property {HallRecorded|null} recorded
 * @property {PointState|null} seen
 * @property {PreflightBounds|null} limits
 * @property {ProgrammeSending|null} sending
 */
/**
 * A try to join: its key is on the disk before the code is sent, so that a lost answer does
 * not make two devices. @typedef {{key: string, code: string, point: string, role: string}} Attempt
 */
/**
 * @typedef {{device: Device, attempt: Attempt, person: Person, told: Told, choices: Choice[],
 *   draft: object, names: List}} Holdings
 */

export class Held {
  #database;

  /** @param {IDBDatabase} database */
  constructor(database) {
    this.#database = database;
  }

  /** @template {keyof Holdings} K @param {K} key @returns {Promise<Holdings[K]|null>} */
  async get(key) {
    const value = await transact(this.#database, ["held"], "readonly", (transaction) =>
      answer(transaction.objectStore("held").get(key)),
    );
    return value ?? null;
  }

  /** @template {keyof Holdings} K @param {K} key @param {Holdings[K]} value */
  set(key, value) {
    return transact(this.#database, ["held"], "readwrite", (transaction) => {
      transaction.objectStore("held").put(value, key);
    });
  }

  /** @param {...keyof Holdings} keys */
  remove(...keys) {
    return transact(this.#database, ["held"], "readwrite", (transaction) => {
      for (const key of keys) transaction.objectStore("held").delete(key);
    });
  }
}
