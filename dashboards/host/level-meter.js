// @ts-check
/**
 * How loud the microphone is, as a bar and in words.
 *
 * @module
 */

import { text } from "../shared/language.js";
import { html, useEffect, useRef, useSignal } from "../shared/ui.js";
import { Ear, peak, share } from "./loudness.js";

const LOOK_MS = 100;

/** @param {{stream: MediaStream, muted: boolean}} props */
export function LevelMeter({ stream, muted }) {
  const bar = useRef(/** @type {HTMLElement|null} */ (null));
  const said = useSignal(/** @type {ReturnType<Ear["receive"]>} */ ("quiet"));
  useEffect(
    () =>
      listen(stream, (db, verdict) => {
        // Past the tree of widgets: ten times a second is no news.
        bar.current?.style.setProperty("--level", String(share(db)));
        said.value = verdict;
      }),
    [stream],
  );
  const word = muted ? "muted" : said.value;
  return html`<div class=${`level is-${word}`}>
    <div class="level-bar" aria-hidden="true"><i ref=${bar} /></div>
    <p role="status">${text.value.say(`level.${word}`)}</p>
  </div>`;
}

/**
 * @param {MediaStream} stream
 * @param {(db: number, verdict: ReturnType<Ear["receive"]>) => void} hear
 * @returns {() => void}
 */
function listen(stream, hear) {
  if (!stream.getAudioTracks().length) return () => undefined;
  const [context, ear] = [new AudioContext(), new Ear()];
  const analyser = new AnalyserNode(context, { fftSize: 2048 });
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const db = peak(samples);
    hear(db, ear.receive(db, performance.now()));
  }, LOOK_MS);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}
