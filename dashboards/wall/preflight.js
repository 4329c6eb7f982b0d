// @ts-check
/**
 * What a point's devices found of themselves: what needs an eye with the one thing to do, the
 * rest folded away, and the buttons to look again.
 *
 * @module
 */

import { ask } from "../shared/api.js";
import { text } from "../shared/language.js";
import { checkName, figure, measuredAt, sorted, whatToDo } from "../shared/preflight.js";
import { html, useEffect, useSignal } from "../shared/ui.js";
import { Age } from "../shared/widgets/age.js";
import { PreflightAgain } from "./preflight-again.js";

/** @import {Live} from "../shared/live.js" */
/** @import {Finding, Preflight} from "../shared/preflight.js" */
/** @import {PointView} from "../shared/wire.d.ts" */

/**
 * @param {{point: PointView, live: Live}} props - mounted with the point's code as its key
 */
export function PreflightTable({ point, live }) {
  const found = useSignal(/** @type {Preflight[]|"asking"|"failed"} */ ("asking"));
  useEffect(() => {
    let wanted = true;
    ask(`/api/v1/points/${encodeURIComponent(point.code)}`).then((answer) => {
      if (!wanted) return;
      const body = answer.kind === "done" ? answer.body : null;
      found.value = /** @type {Preflight[]|undefined} */ (body?.preflight) ?? "failed";
    });
    return () => {
      wanted = false;
    };
  }, [point.code, point.preflight_at]);
  return html`<section class="preflight" aria-labelledby="preflight-title">
    <h3 id="preflight-title">${text.value.say("preflight.title")}</h3>
    <${Body} found=${found.value} live=${live} />
    <${PreflightAgain} point=${point} live=${live} />
  </section>`;
}

/** @param {{found: Preflight[]|"asking"|"failed", live: Live}} props */
function Body({ found, live }) {
  const say = text.value;
  if (found === "asking") return html`<p class="preflight-note">${say.say("preflight.asking")}</p>`;
  if (found === "failed") return html`<p class="preflight-note">${say.say("preflight.not_got")}</p>`;
  if (!found.length) return html`<p class="preflight-note">${say.say("preflight.never")}</p>`;
  return found.map(
    (preflight) => html`<${Device} key=${preflight.device} preflight=${preflight} live=${live} />`,
  );
}

/** @param {{preflight: Preflight, live: Live}} props */
function Device({ preflight, live }) {
  const say = text.value;
  const { ill, rest } = sorted(preflight.findings);
  const well = rest.filter(({ verdict }) => verdict === "ok").length;
  return html`<div class="preflight-device">
    <p class="preflight-whose">
      <b>${say.say(`preflight.role.${preflight.role}`)}</b>
      <small><${Age} live=${live} since=${Date.parse(preflight.utc)} /></small>
      ${preflight.testing && html`<small>${say.say("preflight.testing")}</small>`}
    </p>
    <ul>${ill.map((finding) => html`<${Line} finding=${finding} live=${live} />`)}</ul>
    <details open=${false}>
      <summary>${say.say("preflight.well", { n: well, of: preflight.findings.length })}</summary>
      <ul>${rest.map((finding) => html`<${Line} finding=${finding} live=${live} />`)}</ul>
    </details>
  </div>`;
}

/** @param {{finding: Finding, live: Live}} props */
function Line({ finding, live }) {
  const say = text.value;
  const { verdict, unit, evidence, fresh } = finding;
  const todo = whatToDo(say, finding);
  const limit =
    finding.limit !== null && say.say("preflight.limit", { limit: figure(say, finding.limit, unit) });
  return html`<li class=${`finding is-${verdict} ${fresh ? "" : "is-old"}`}>
    <svg viewBox="0 0 24 24" aria-hidden="true">${SIGNS[verdict]}</svg>
    <div>
      <p class="finding-head">
        <b>${checkName(say, finding.check)}</b>
        <span class="finding-verdict">${say.say(`preflight.verdict.${verdict}`)}</span>
        ${finding.figure !== null &&
        html`<span class="finding-figure">${figure(say, finding.figure, unit)}</span>`}
        ${limit && html`<small>${limit}</small>`}
        <small><${Age} live=${live} since=${measuredAt(finding)} /></small>
        ${!fresh && html`<small class="finding-old">${say.say("preflight.old")}</small>`}
      </p>
      ${todo && html`<p class="finding-do">${todo}</p>`}
      ${evidence && html`<p class="finding-evidence" lang="und">${evidence}</p>`}
    </div>
  </li>`;
}

const SIGNS = {
  ok: html`<path d="M4 13 9.5 18.5 20 6.5" />`,
  skipped: html`<path d="M5 12h14" />`,
  warn: html`<path d="M12 4 21.5 20h-19zM12 10v4.5M12 17v.1" />`,
  fail: html`<path d="M6 6 18 18M18 6 6 18" />`,
};
