// @ts-check
/**
 * The guided test, step by step; each says what to do about what it found.
 *
 * @module
 */

import { text } from "../../shared/language.js";
import { html, useEffect, useRef } from "../../shared/ui.js";
import { RoomQuestion } from "./ask-room.js";

/** @import {Checks, Measured} from "../checks.js" */
/** @import {Phone} from "../phone.js" */

const MARKS = { ok: "✔", warn: "▲", fail: "✕", skipped: "–" };
const SILENT = ["versions", "control_rtt", "clock_offset"];
/** What a sweep may tell of. */
const SOUND = ["microphone", "sound_path", "sound_delay", "sound_echo"];

/** @param {{phone: Phone}} props */
export function TestSteps({ phone }) {
  const say = text.value;
  const { checks, desk } = phone;
  useEffect(() => void checks.runSilent(), [desk.link.value]);
  return html`<section class="card">
      <h2>${say.say("test.title")}</h2>
      <p>${say.say("test.how")}</p>
      <ol class="checks">
        ${SILENT.map((check) => html`<li><${Found} checks=${checks} check=${check} /></li>`)}
        <li><${Chime} checks=${checks} /></li>
        <li><${Device} checks=${checks} check="microphone" run=${() => checks.tryMicrophone()} /></li>
        <li><${Sound} checks=${checks} /></li>
        <li><${Device} checks=${checks} check="camera" run=${() => checks.tryCamera()} /></li>
      </ol>
    </section>
    <${RoomQuestion} desk=${desk} title=${say.say("test.room")} done=${() => phone.answered()} />`;
}

/** @param {{checks: Checks, check: string}} props */
function Found({ checks, check }) {
  const say = text.value;
  const found = checks.found.value[check];
  return html`<div class=${`check check-${found?.verdict ?? "none"}`}>
    <p>
      <span class="check-mark" aria-hidden="true">${found ? MARKS[found.verdict] : "○"}</span>
      <b>${say.say(`preflight.check.${check}`)}</b>
      ${found && html`<span>${say.say(`preflight.verdict.${found.verdict}`)}</span>`}
    </p>
    ${found?.why && html`<p class="check-do">${instruction(found)}</p>`}
  </div>`;
}

/** The one thing to do about it. @param {Measured} found */
function instruction({ check, verdict, why }) {
  const key = verdict === "skipped" ? `preflight.skipped.${why}` : `preflight.do.${check}.${why}`;
  return text.value.say(key);
}

/** @param {{checks: Checks}} props */
function Chime({ checks }) {
  const say = text.value;
  return html`<${Found} checks=${checks} check="chime" />
    ${checks.asking.value
      ? html`<p>${say.say("test.chime_ask")}</p>
          <div class="chips">
            <button onClick=${() => checks.answerChime(true)}>${say.say("answer.yes")}</button>
            <button onClick=${() => checks.answerChime(false)}>${say.say("answer.no")}</button>
            <button onClick=${() => checks.playChime()}>${say.say("test.again")}</button>
          </div>`
      : html`<${Audible} checks=${checks} run=${() => checks.playChime()}>${say.say("test.chime")}<//>`}`;
}

/** The sweep from loudspeaker to microphone. @param {{checks: Checks}} props */
export function Sound({ checks }) {
  const busy = checks.busy.value === "sound";
  const found = checks.found.value;
  // What was told with the last sweep: a delay of an earlier one says nothing of it.
  const told = SOUND.filter((check) => found[check] && found[check].measured_utc === found.sound_path?.measured_utc);
  const shown = told.length ? told : ["sound_path"];
  return html`${shown.map((check) => html`<${Found} checks=${checks} check=${check} />`)}
    <${Audible} checks=${checks} run=${() => checks.trySound()}>
      ${text.value.say(busy ? "test.sound_now" : "test.sound")}
    <//>`;
}

/** A button for what the hall hears. @param {{checks: Checks, run: () => void, children?: unknown}} props */
function Audible({ checks, run, children }) {
  const quiet = checks.quiet.value;
  return html`<button class="secondary" disabled=${quiet || checks.busy.value !== ""} onClick=${run}>${children}</button>
    ${quiet && html`<p class="check-do">${text.value.say("preflight.refused.not_now")}</p>`}`;
}

/** @param {{checks: Checks, check: "microphone"|"camera", run: () => void}} props */
function Device({ checks, check, run }) {
  const busy = checks.busy.value === check;
  return html`<${Found} checks=${checks} check=${check} />
    ${busy && check === "microphone" && html`<${Level} dbfs=${checks.level.value} />`}
    ${busy && checks.picture.value && html`<${Own} stream=${checks.picture.value} />`}
    <button class="secondary" disabled=${checks.busy.value !== ""} onClick=${run}>
      ${text.value.say(busy ? `test.${check}_now` : `test.${check}`)}
    </button>`;
}

/** @param {{dbfs: number}} props */
function Level({ dbfs }) {
  const value = Math.max(0, Math.min(1, (dbfs + 60) / 60));
  return html`<meter class="level" min="0" max="1" value=${value} aria-label=${text.value.say("test.level")} />`;
}

/** @param {{stream: MediaStream}} props */
function Own({ stream }) {
  const video = useRef(/** @type {HTMLVideoElement|null} */ (null));
  useEffect(() => {
    if (video.current) video.current.srcObject = stream;
  }, [stream]);
  return html`<video class="own" ref=${video} autoplay muted playsinline></video>`;
}
