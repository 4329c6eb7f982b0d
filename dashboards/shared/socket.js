// @ts-check
/**
 * Carries what the protocol decides: opens and closes the WebSocket, sends, keeps its timer.
 *
 * @module
 */

/** @import {Protocol} from "./protocol.js" */
/** @import {FromServer} from "./wire.d.ts" */

/** A throttled page may wake late; the protocol does not mind. */
const SLACK_MS = 5;

export class Socket {
  /** @type {WebSocket|null} */
  #socket = null;
  #timer = 0;
  #url;
  #protocol;
  #deliver;
  #changed;

  /**
   * @param {string} url
   * @param {Protocol} protocol
   * @param {object} out
   * @param {(message: FromServer, now: number) => void} out.deliver
   * @param {() => void} out.changed - the state of the link may have changed
   */
  constructor(url, protocol, { deliver, changed }) {
    this.#url = url;
    this.#protocol = protocol;
    this.#deliver = deliver;
    this.#changed = changed;
  }

  start() {
    window.addEventListener("online", () => this.retryNow());
    this.#feed((now) => this.#protocol.begin(now));
  }

  retryNow() {
    this.#feed((now) => this.#protocol.retryNow(now));
  }

  noticeSleep() {
    this.#feed((now) => this.#protocol.receiveSleep(now));
  }

  askResync() {
    this.#feed((now) => this.#protocol.askResync(now));
  }

  /** @param {(now: number) => void} event */
  #feed(event) {
    event(performance.now());
    for (const action of this.#protocol.actions()) {
      if (action.do === "open") this.#open();
      else if (action.do === "close") this.#close();
      else if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(action.text);
    }
    this.#arm();
    this.#changed();
  }

  #open() {
    this.#close();
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket || typeof data !== "string") return;
      this.#feed((now) => {
        const message = this.#protocol.receiveFrame(data, now);
        if (message) this.#deliver(message, now);
      });
    };
    socket.onclose = ({ code }) => {
      if (socket === this.#socket) this.#feed((now) => this.#protocol.receiveClose(code, now));
    };
  }

  #close() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #arm() {
    clearTimeout(this.#timer);
    const at = this.#protocol.nextTimer();
    if (at === null) return;
    const delay = Math.max(0, at - performance.now()) + SLACK_MS;
    this.#timer = window.setTimeout(
      () => this.#feed((now) => this.#protocol.handleTimer(now)),
      delay,
    );
  }
}
