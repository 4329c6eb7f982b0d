// @ts-check
/**
 * The host's own studio: what this machine captures, publishes and gets back. It lives as
 * long as the page, whether its panel is shown or not. Signals; the words are in
 * studio-words.js.
 *
 * @module
 */

import { batch, computed, signal } from "../shared/ui.js";
import { Whep } from "../shared/whep.js";
import { Whip } from "../shared/whip.js";
import { devices, openCamera, openPicture, openScreen, openSound } from "./capture.js";

/** @import {MediaState} from "../shared/media-link.js" */
/** @import {Captured} from "./capture.js" */

/** @typedef {"studio"|"studio-backup"} Place */

export class Studio {
  /** What is captured, and seen in the own picture. */
  stream = signal(/** @type {MediaStream|null} */ (null));
  what = signal(/** @type {"camera"|"screen"} */ ("camera"));
  muted = signal(false);
  /** Asking the browser, or the person. */
  asking = signal(false);
  /** What is wrong with the devices; empty when nothing is. */
  fault = signal("");
  cameras = signal(/** @type {MediaDeviceInfo[]} */ ([]));
  microphones = signal(/** @type {MediaDeviceInfo[]} */ ([]));
  camera = signal("");
  microphone = signal("");

  place = signal(/** @type {Place} */ ("studio"));
  link = signal({ state: /** @type {MediaState} */ ("idle"), code: "" });
  /** It publishes, or tries to. */
  busy = computed(() => !["idle", "refused"].includes(this.link.value.state));

  returned = signal(/** @type {MediaStream|null} */ (null));
  returnLink = signal({ state: /** @type {MediaState} */ ("idle"), code: "" });
  /** Somebody wants to hear what comes back. */
  listening = signal(false);

  #whip = new Whip(() => (this.link.value = { state: this.#whip.state, code: this.#whip.code }));
  #whep = new Whep({
    play: (stream) => (this.returned.value = stream),
    changed: () => (this.returnLink.value = { state: this.#whep.state, code: this.#whep.code }),
  });

  constructor() {
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.#list());
    window.addEventListener("beforeunload", (event) => {
      // Leaving would take the picture from every hall: the browser asks first.
      if (!this.busy.peek()) return;
      event.preventDefault();
      // Chrome before 119 asks for this one alone.
      event.returnValue = true;
    });
  }

  /** Capture, or capture something else. @param {"camera"|"screen"} what */
  async open(what) {
    if (this.asking.peek()) return;
    this.asking.value = true;
    const heard = this.#living("audio").length > 0;
    const camera = this.camera.peek();
    const both = () => openCamera({ camera, microphone: this.microphone.peek() });
    if (!heard && !this.#take(await both(), "camera")) return this.#asked();
    if (what === "screen") this.#take(await openScreen(), what);
    else if (heard) this.#take(await openPicture(camera), what);
    await this.#asked();
  }

  /** Another device in the place of the present one. @param {"camera"|"microphone"} kind @param {string} id */
  async choose(kind, id) {
    if (this.asking.peek()) return;
    this.asking.value = true;
    this[kind].value = id;
    if (kind === "camera") this.#take(await openPicture(id), "camera");
    else this.#take(await openSound(id), this.what.peek());
    await this.#asked();
  }

  /** After a fault: the same once more. */
  again() {
    const fault = this.fault.peek();
    if (fault === "unplugged_video") return this.choose("camera", "");
    if (fault === "unplugged_audio") return this.choose("microphone", "");
    return this.open(fault === "screen_ended" ? "screen" : this.what.peek());
  }

  /** @param {{takeover?: boolean}} [how] */
  publish(how) {
    const stream = this.stream.peek();
    if (stream) this.#whip.publish(this.place.peek(), stream, how);
  }

  stop() {
    this.#whip.stop();
  }

  /** Let go of the devices, and of whatever used them. */
  close() {
    this.#whip.stop();
    this.#whep.stop();
    for (const track of this.stream.peek()?.getTracks() ?? []) track.stop();
    batch(() => {
      this.stream.value = null;
      this.fault.value = "";
      this.muted.value = false;
    });
  }

  mute() {
    this.muted.value = !this.muted.peek();
    for (const track of this.stream.peek()?.getAudioTracks() ?? []) track.enabled = !this.muted.peek();
  }

  watchReturn() {
    if (["idle", "refused"].includes(this.#whep.state)) this.#whep.watch("return");
  }

  /**
   * Put what was captured in the place of what was of its kind.
   *
   * @param {Captured} captured
   * @param {"camera"|"screen"} what
   * @returns {boolean} there is something new
   */
  #take({ stream, fault }, what) {
    // A question that was closed changes nothing.
    if (fault !== "cancelled") this.fault.value = fault ?? "";
    if (!stream) return false;
    const fresh = stream.getTracks();
    const kinds = fresh.map(({ kind }) => kind);
    const [old, kept] = [this.stream.peek()?.getTracks() ?? [], this.#living("audio", "video")];
    const stay = kept.filter(({ kind }) => !kinds.includes(kind));
    const next = new MediaStream([...stay, ...fresh]);
    for (const track of fresh) this.#follow(track);
    for (const track of next.getAudioTracks()) track.enabled = !this.muted.peek();
    batch(() => {
      this.stream.value = next;
      this.what.value = what;
    });
    if (this.busy.peek()) void this.#whip.replace(next);
    for (const track of old) if (!stay.includes(track)) track.stop();
    this.watchReturn();
    return true;
  }

  /** Unplugged, taken by the system, or the sharing ended. @param {MediaStreamTrack} track */
  #follow(track) {
    track.addEventListener("ended", () => {
      if (!this.stream.peek()?.getTracks().includes(track)) return;
      const shared = track.kind === "video" && this.what.peek() === "screen";
      this.fault.value = shared ? "screen_ended" : `unplugged_${track.kind}`;
    });
  }

  /** Tracks that still bring something. @param {string[]} kinds */
  #living(...kinds) {
    const tracks = this.stream.peek()?.getTracks() ?? [];
    return tracks.filter(({ kind, readyState }) => kinds.includes(kind) && readyState === "live");
  }

  async #asked() {
    this.asking.value = false;
    await this.#list();
  }

  async #list() {
    const { cameras, microphones } = await devices();
    batch(() => {
      this.cameras.value = cameras;
      this.microphones.value = microphones;
      // A device that is gone is not asked for again by name.
      if (!cameras.some(({ deviceId }) => deviceId === this.camera.peek())) this.camera.value = "";
      if (!microphones.some(({ deviceId }) => deviceId === this.microphone.peek()))
        this.microphone.value = "";
    });
  }
}
