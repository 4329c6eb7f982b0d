// @ts-check
/**
 * Carries what the machine of media-link.js decides: makes the connection, offers, closes,
 * looks once a second whether anything comes. WHIP and WHEP differ in what they put in.
 *
 * The offer waits for its candidates, but never longer than a second, and none is sent
 * later: the server can be reached, so it learns what it was not told from our checks.
 *
 * @module
 */

import { endSession, iceServers, openSession } from "./media-http.js";
import { MediaLink } from "./media-link.js";

const GATHER_MS = 1_000;
const LOOK_MS = 1_000;
const SLACK_MS = 5;

/**
 * @typedef {object} Wish
 * @property {(pc: RTCPeerConnection) => void} prepare - adds transceivers and listeners
 * @property {(report: RTCStatsReport) => number} heard - something that grows while it lives
 * @property {() => void} changed - the state may have changed
 * @property {(report: RTCStatsReport) => void} [measured] - once a second while live
 */

export class MediaPeer {
  #link = new MediaLink(Math.random);
  #wish;
  #url = "";
  #credential = "";
  /** @type {RTCPeerConnection|null} */
  #pc = null;
  /** @type {string|null} */
  #session = null;
  #heard = -1;
  #timer = 0;
  #looking = 0;

  /** @param {Wish} wish */
  constructor(wish) {
    this.#wish = wish;
    window.addEventListener("online", () => this.#feed((now) => this.#link.retryNow(now)));
    // No goodbye would leave the place taken until the server notices.
    window.addEventListener("pagehide", () => this.stop());
  }

  get state() {
    return this.#link.state;
  }

  /** Why it is not live; see MediaLink. */
  get code() {
    return this.#link.code;
  }

  /** @param {string} url - of the endpoint @param {string} [credential] - of a device */
  begin(url, credential = "") {
    this.#close();
    this.#url = url;
    this.#credential = credential;
    this.#feed((now) => this.#link.begin(now));
  }

  stop() {
    this.#feed(() => this.#link.stop());
  }

  /** What is lost is offered anew at once. @param {string} code */
  renew(code) {
    this.#feed((now) => this.#link.receiveLost(code, now));
  }

  /** The senders of the present connection, to change what they send. */
  senders() {
    return this.#pc?.getSenders() ?? [];
  }

  /** The receivers of the present connection, to ask what they play. */
  receivers() {
    return this.#pc?.getReceivers() ?? [];
  }

  /** @param {(now: number) => void} event */
  #feed(event) {
    event(performance.now());
    for (const action of this.#link.actions()) {
      this.#close();
      if (action === "open") void this.#open();
    }
    this.#arm();
    this.#wish.changed();
  }

  async #open() {
    const servers = iceServers(this.#url, this.#credential);
    const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers: await servers });
    if (this.#link.state !== "opening" || this.#pc !== null) return pc.close();
    this.#pc = pc;
    pc.onconnectionstatechange = () => this.#follow(pc);
    // A connection that was closed in between throws, and is no longer ours.
    await this.#offer(pc).catch(() => pc === this.#pc && this.renew("no_offer"));
  }

  /** @param {RTCPeerConnection} pc */
  async #offer(pc) {
    this.#wish.prepare(pc);
    await pc.setLocalDescription();
    await gathered(pc);
    if (pc !== this.#pc) return;
    const opening = await openSession(this.#url, pc.localDescription?.sdp ?? "", this.#credential);
    if (pc === this.#pc) await this.#take(pc, opening);
    else if (opening.kind === "opened") void endSession(opening.session, this.#credential);
  }

  /** @param {RTCPeerConnection} pc @param {import("./media-http.js").Opening} opening */
  async #take(pc, opening) {
    if (opening.kind === "unreachable") return this.renew("unreachable");
    if (opening.kind === "refused")
      return this.#feed((now) => this.#link.receiveRefusal(opening.status, opening.code, now));
    this.#session = opening.session;
    this.#feed((now) => this.#link.receiveAnswer(now));
    await pc.setRemoteDescription({ type: "answer", sdp: opening.answer });
  }

  /** @param {RTCPeerConnection} pc */
  #follow(pc) {
    if (pc !== this.#pc) return;
    if (pc.connectionState === "connected") {
      this.#feed((now) => this.#link.receiveConnected(now));
      this.#looking ||= window.setInterval(() => void this.#look(pc), LOOK_MS);
    } else if (pc.connectionState === "failed" || pc.connectionState === "closed") {
      this.renew("lost");
    }
  }

  /** @param {RTCPeerConnection} pc */
  async #look(pc) {
    const report = await pc.getStats();
    if (pc !== this.#pc) return;
    const heard = this.#wish.heard(report);
    if (heard > this.#heard) this.#feed((now) => this.#link.receiveMedia(now));
    this.#heard = heard;
    if (this.#link.state === "live") this.#wish.measured?.(report);
  }

  #close() {
    clearInterval(this.#looking);
    const [pc, session] = [this.#pc, this.#session];
    this.#looking = 0;
    this.#heard = -1;
    this.#pc = this.#session = null;
    // In this order: the connection's own goodbye would end the session before the DELETE.
    if (session) void endSession(session, this.#credential).then(() => pc?.close());
    else pc?.close();
  }

  #arm() {
    clearTimeout(this.#timer);
    const at = this.#link.nextTimer();
    if (at === null) return;
    const delay = Math.max(0, at - performance.now()) + SLACK_MS;
    this.#timer = window.setTimeout(() => this.#feed((now) => this.#link.handleTimer(now)), delay);
  }
}

/** Our session's codecs only, H.264 first. @param {RTCRtpTransceiver} transceiver @param {"sender"|"receiver"} end */
export function preferCodecs(transceiver, end) {
  const codecs = (end === "sender" ? RTCRtpSender : RTCRtpReceiver).getCapabilities("video")?.codecs ?? [];
  const named = (/** @type {string} */ name) =>
    codecs.filter(({ mimeType }) => mimeType.toLowerCase() === `video/${name}`);
  const wanted = [...named("h264"), ...named("vp8"), ...named("rtx")];
  if (wanted.length) transceiver.setCodecPreferences?.(wanted);
}

/**
 * The sum of a number over all statistics of a type.
 *
 * @param {RTCStatsReport} report
 * @param {string} type
 * @param {string} name
 * @param {string} [kind] - audio or video; both without it
 */
export function total(report, type, name, kind = "") {
  let sum = 0;
  report.forEach((entry) => {
    if (entry.type === type && (!kind || entry.kind === kind)) sum += entry[name] ?? 0;
  });
  return sum;
}

/** All candidates are known, or it takes too long. @param {RTCPeerConnection} pc @returns {Promise<void>} */
function gathered(pc) {
  if (pc.iceGatheringState === "complete") return Promise.resolve();
  return new Promise((resolve) => {
    setTimeout(resolve, GATHER_MS);
    pc.addEventListener("icegatheringstatechange", () => {
      if (pc.iceGatheringState === "complete") resolve();
    });
  });
}
