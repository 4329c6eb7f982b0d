// @ts-check
/**
 * The browser's own database, as promises. What a transaction of ours says is done is on the
 * disk: `durability: "strict"` asks for the flush that a dying battery needs.
 *
 * @module
 */

const NAME = "nhipcau-hall";
const VERSION = 1;

/** A store that failed: the disk is full, or the browser forbids storing. */
export class StorageFailed extends Error {}

/** @param {string} [name] @returns {Promise<IDBDatabase>} */
export function openDatabase(name = NAME) {
  return new Promise((resolve, reject) => {
    if (typeof indexedDB === "undefined") return reject(new StorageFailed("no indexedDB"));
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("held");
      request.result.createObjectStore("identity", { autoIncrement: true });
      const facts = request.result.createObjectStore("fact", { keyPath: "id", autoIncrement: true });
      facts.createIndex("number", ["spool", "seq"], { unique: true });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new StorageFailed(String(request.error)));
    request.onblocked = () => reject(new StorageFailed("blocked"));
  });
}

/**
 * Run one transaction. It is whole or it is not at all; it is done when this returns.
 *
 * @template T
 * @param {IDBDatabase} database
 * @param {string[]} stores
 * @param {IDBTransactionMode} mode
 * @param {(transaction: IDBTransaction) => Promise<T>|T} work - awaits nothing but requests
 * @returns {Promise<T>}
 */
export async function transact(database, stores, mode, work) {
  const transaction = open(database, stores, mode);
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(undefined);
    transaction.onabort = () => reject(new StorageFailed(String(transaction.error)));
  });
  try {
    const result = await work(transaction);
    await done;
    return result;
  } catch (error) {
    abort(transaction);
    await done.catch(() => undefined);
    throw error instanceof StorageFailed ? error : new StorageFailed(String(error));
  }
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
export function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new StorageFailed(String(request.error)));
  });
}

/** @param {IDBDatabase} database @param {string[]} stores @param {IDBTransactionMode} mode */
function open(database, stores, mode) {
  try {
    return database.transaction(stores, mode, { durability: "strict" });
  } catch (error) {
    throw new StorageFailed(String(error));
  }
}

/** @param {IDBTransaction} transaction */
function abort(transaction) {
  try {
    transaction.abort();
  } catch {
    // It ended by itself.
  }
}
