// @ts-check
/**
 * Opens the websocket of a device: a page cannot set Authorization, so its credential travels
 * as a subprotocol (PROTOCOL.md section 3). What a link needs of its page is declared here too.
 *
 * @module
 */

/** @import {SpoolStore} from "./store/spool-store.js" */
/** @import {FactAcked, ToDevice, Welcome} from "./wire.d.ts" */

/** @typedef {"connecting"|"open"|"waiting"|"elsewhere"|"stopped"} LinkState */

/**
 * @typedef {object} LinkHost
 * @property {SpoolStore} spool
 * @property {() => string} credential
 * @property {(seq: number) => object|null} report - measures now; null: nothing to report
 * @property {(welcome: Welcome) => void} opened
 * @property {(message: ToDevice) => void} heard
 * @property {(seqs: number[]) => void} sent - facts are on their way
 * @property {(ack: FactAcked) => Promise<unknown>} recorded - must have kept it when it returns
 * @property {() => void} renewed - the spool has new numbers
 * @property {() => void} changed - the state of the link
 * @property {(error: unknown) => void} storageFailed
 * @property {() => Promise<boolean>} welcomeThere - whether the credential still opens anything
 */

const SUBPROTOCOL = "nhipcau";

/**
 * @param {string} credential
 * @param {object} on
 * @param {() => void} on.opened
 * @param {(code: number) => void} on.closed
 * @param {(text: string) => void} on.heard
 * @returns {WebSocket}
 */
export function dial(credential, { opened, closed, heard }) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const protocols = [SUBPROTOCOL, `bearer.${credential}`];
  const socket = new WebSocket(`${scheme}//${location.host}/ws/agent`, protocols);
  socket.onopen = opened;
  socket.onclose = ({ code }) => closed(code);
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") heard(data);
  };
  return socket;
}
