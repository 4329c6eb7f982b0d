// @ts-check
/**
 * The spool on this device's disk: the rules of device/spool.js, each in one transaction.
 * Several tabs may write it; the database keeps their turns.
 *
 * @module
 */

import { acked, numbered, pendingAfter, purgeable, renewed } from "../device/spool.js";
import { answer, transact } from "./database.js";

/** @import {Entry, Identity, Kept} from "../device/spool.js" */
/** @import {FactsWanted} from "../device/flight.js" */
/** @import {FactAcked, FactEnter} from "../wire.d.ts" */

const EVERYTHING = ["identity", "fact"];

export class SpoolStore {
  /** @type {Identity} */
  identity = { spool: "", last_seq: 0 };
  #database;

  /** @param {IDBDatabase} database */
  constructor(database) {
    this.#database = database;
  }

  /** Read who we are; on the first time, decide it. @returns {Promise<Identity>} */
  async load() {
    this.identity = await transact(this.#database, EVERYTHING, "readwrite", async (transaction) => {
      const held = await newest(transaction);
      if (held) return held;
      const born = { spool: newIdentity(), last_seq: 0 };
      transaction.objectStore("identity").add(born);
      return born;
    });
    return this.identity;
  }

  /**
   * Commit an entry; when this returns it survives a power cut.
   *
   * @param {Entry} entry
   * @returns {Promise<Kept>}
   */
  save(entry) {
    return transact(this.#database, EVERYTHING, "readwrite", async (transaction) => {
      const held = /** @type {Identity} */ (await newest(transaction));
      const { identity, fact } = numbered(held, entry);
      await putNewest(transaction, identity);
      const id = await answer(transaction.objectStore("fact").add(fact));
      this.identity = identity;
      return { ...fact, id: Number(id) };
    });
  }

  /** @param {FactsWanted} wanted @returns {Promise<FactEnter[]>} */
  pendingAfter(wanted) {
    return transact(this.#database, ["fact"], "readonly", async (transaction) =>
      pendingAfter(await ofSpool(transaction, this.identity.spool), wanted),
    );
  }

  /** @param {FactAcked} ack @returns {Promise<Kept|null>} the fact, if it is one of ours */
  acked(ack) {
    return transact(this.#database, ["fact"], "readwrite", async (transaction) => {
      const store = transaction.objectStore("fact");
      const fact = await answer(store.index("number").get([ack.spool, ack.seq]));
      if (!fact) return null;
      const known = acked(fact, ack);
      store.put(known);
      return known;
    });
  }

  /** Take a new identity; what is not acked, and `again`, gets new numbers. @param {number[]} again */
  async renew(again = []) {
    this.identity = await transact(this.#database, EVERYTHING, "readwrite", async (transaction) => {
      const held = /** @type {Identity} */ (await newest(transaction));
      const facts = await ofSpool(transaction, held.spool);
      const { identity, moved } = renewed(facts, newIdentity(), again);
      for (const fact of moved) transaction.objectStore("fact").put(fact);
      transaction.objectStore("identity").add(identity);
      return identity;
    });
  }

  /** Forget what was acked long ago. @param {string} before_utc */
  purge(before_utc) {
    return transact(this.#database, ["fact"], "readwrite", async (transaction) => {
      const store = transaction.objectStore("fact");
      const facts = await answer(store.getAll());
      for (const { id } of purgeable(facts, before_utc)) store.delete(Number(id));
    });
  }

  /** Everything that was entered here, the oldest first. @returns {Promise<Kept[]>} */
  all() {
    return transact(this.#database, ["fact"], "readonly", (transaction) =>
      answer(transaction.objectStore("fact").getAll()),
    );
  }
}

/** 128 random bits; without HTTPS there is no randomUUID. */
export function newIdentity() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {IDBTransaction} transaction @returns {Promise<Identity|null>} */
async function newest(transaction) {
  const cursor = await answer(transaction.objectStore("identity").openCursor(null, "prev"));
  return cursor?.value ?? null;
}

/** @param {IDBTransaction} transaction @param {Identity} identity */
async function putNewest(transaction, identity) {
  const cursor = await answer(transaction.objectStore("identity").openCursor(null, "prev"));
  cursor?.update(identity);
}

/** @param {IDBTransaction} transaction @param {string} spool @returns {Promise<Kept[]>} by number */
function ofSpool(transaction, spool) {
  const range = IDBKeyRange.bound([spool, 0], [spool, Number.MAX_SAFE_INTEGER]);
  return answer(transaction.objectStore("fact").index("number").getAll(range));
}
