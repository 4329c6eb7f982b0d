// @ts-check
/**
 * Everything people read, in one language: texts from the catalogue, numbers, times, ages.
 * Pure; times are milliseconds since 1970 and shown in Asia/Ho_Chi_Minh, which has been
 * UTC+7 without summer time since 1975.
 *
 * @module
 */

/** @typedef {Record<string, string | {one: string, other: string}>} Catalogue */
/** @typedef {Record<string, string | number>} Params */

/** What must be said even when the catalogue could not be had. @type {Record<string, string>} */
const FALLBACK = { "page.broken": "Trang này gặp lỗi và sẽ được tải lại." };

const ZONE_MS = 7 * 3_600_000;
const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export class Text {
  /**
   * @param {"vi"|"en"} lang
   * @param {Catalogue} catalogue
   */
  constructor(lang, catalogue) {
    this.lang = lang;
    this.catalogue = catalogue;
  }

  /**
   * The text of a key. Numbers among the parameters are written in the language's way; `n`
   * chooses the plural where the language has one. An unknown key shows itself.
   *
   * @param {string} key
   * @param {Params} [params]
   * @returns {string}
   */
  say(key, params = {}) {
    const entry = this.catalogue[key];
    if (entry === undefined) return FALLBACK[key] ?? key;
    const pattern = typeof entry === "string" ? entry : entry[params.n === 1 ? "one" : "other"];
    return pattern.replace(/\{(\w+)\}/g, (whole, name) => {
      const value = params[name];
      if (value === undefined) return whole;
      return typeof value === "number" ? this.number(value) : value;
    });
  }

  /** @param {string} key */
  knows(key) {
    return key in this.catalogue;
  }

  /** 4290 → "4.290". @param {number} value */
  number(value) {
    const group = this.lang === "vi" ? "." : ",";
    return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, group);
  }

  /**
   * A share to one digit: "95,9 %". Less than all never reads 100.
   *
   * @param {number} have
   * @param {number} of - above 0
   */
  percent(have, of) {
    let tenths = Math.round((have / of) * 1_000);
    if (tenths >= 1_000 && have < of) tenths = 999;
    const whole = this.number(Math.floor(tenths / 10));
    return this.lang === "vi" ? `${whole},${tenths % 10} %` : `${whole}.${tenths % 10}%`;
  }

  /** A rate in Mbit/s to one digit: "42,5". @param {number} kbps */
  megabits(kbps) {
    const tenths = Math.round(kbps / 100);
    const [whole, rest] = [this.number(Math.floor(tenths / 10)), tenths % 10];
    if (rest === 0) return whole;
    return `${whole}${this.lang === "vi" ? "," : "."}${rest}`;
  }

  /** How long, in words: "45 giây", "12 phút", "1 giờ 05 phút". @param {number} ms */
  duration(ms) {
    const spent = Math.max(0, ms);
    if (spent < MINUTE) return this.say("age.seconds", { n: Math.floor(spent / SECOND) });
    if (spent < HOUR) return this.say("age.minutes", { n: Math.floor(spent / MINUTE) });
    if (spent >= DAY) return this.say("age.days", { n: Math.floor(spent / DAY) });
    const minutes = pad(Math.floor((spent % HOUR) / MINUTE));
    return this.say("age.hours", { n: Math.floor(spent / HOUR), minutes });
  }

  /** How long, as short as can be: "45″", "12′", "3h", "2d". @param {number} ms */
  brief(ms) {
    const spent = Math.max(0, ms);
    if (spent < MINUTE) return `${Math.floor(spent / SECOND)}″`;
    if (spent < HOUR) return `${Math.floor(spent / MINUTE)}′`;
    return spent < DAY ? `${Math.floor(spent / HOUR)}h` : `${Math.floor(spent / DAY)}d`;
  }

  /** A stopwatch: "12:05", "1:02:05". @param {number} ms */
  stopwatch(ms) {
    const spent = Math.max(0, ms);
    const hours = Math.floor(spent / HOUR);
    const minutes = Math.floor((spent % HOUR) / MINUTE);
    const seconds = pad(Math.floor((spent % MINUTE) / SECOND));
    return hours ? `${hours}:${pad(minutes)}:${seconds}` : `${minutes}:${seconds}`;
  }

  /** Time of day: "08:12:30". @param {number} ms */
  clock(ms) {
    return new Date(ms + ZONE_MS).toISOString().slice(11, 19);
  }

  /** Time of day without seconds: "08:12". @param {number} ms */
  hour(ms) {
    return this.clock(ms).slice(0, 5);
  }

  /** Day: "15/10/2026". @param {number} ms */
  date(ms) {
    const [year, month, day] = new Date(ms + ZONE_MS).toISOString().slice(0, 10).split("-");
    return `${day}/${month}/${year}`;
  }

  /** First letter large, for a clause that begins a sentence. @param {string} clause */
  sentence(clause) {
    return clause.charAt(0).toUpperCase() + clause.slice(1);
  }
}

/** @param {number} value */
function pad(value) {
  return String(value).padStart(2, "0");
}
