// @ts-check
/**
 * The counting that is going on in this tab: which task, which numbers, kept as a draft until
 * they are entered.
 *
 * @module
 */

import { batch, computed, signal } from "../shared/ui.js";
import { asked, entryOf, linesOf, tasks, withExcuse, withFigure, worry } from "./count.js";

/** @import {Desk} from "./desk.js" */
/** @import {Figure, Line, Task} from "./count.js" */
/** @import {Held} from "./store/held.js" */

export class Counting {
  /** What somebody chose to count; null: what is asked for. @type {import("../vendor/signals.js").Signal<number|null>} */
  picked = signal(/** @type {number|null} */ (null));
  /** What was typed, by task; a task without a draft shows what is recorded. */
  drafts = signal(/** @type {Record<number, Line[]>} */ ({}));
  note = signal("");
  busy = signal(false);

  tasks = computed(() => tasks(this.#desk.told.value.rolls));
  task = computed(() => this.#task());
  lines = computed(() => this.drafts.value[this.task.value.roll] ?? this.#recorded());
  worry = computed(() => worry(this.lines.value));

  #desk;
  #held;

  /** @param {Desk} desk @param {Held} held */
  constructor(desk, held) {
    this.#desk = desk;
    this.#held = held;
  }

  async load() {
    const draft = /** @type {{session?: string|null, drafts?: Record<number, Line[]>}|null} */ (
      await this.#held.get("draft")
    );
    // Numbers of last quarter would look like today's.
    if (draft?.session === this.#session()) this.drafts.value = draft?.drafts ?? {};
  }

  /** @param {number} roll */
  pick(roll) {
    this.picked.value = roll;
  }

  /** @param {number} index - of the branch @param {Figure} figure @param {number} value */
  set(index, figure, value) {
    this.#change(index, (line) => withFigure(line, figure, value));
  }

  /** @param {number} index - of the branch @param {string} why @param {number} value */
  setExcuse(index, why, value) {
    this.#change(index, (line) => withExcuse(line, why, value));
  }

  /** Everybody who is expected is here. */
  all() {
    const lines = this.lines.peek().map((line) => ({ ...line, present: line.expected ?? line.present }));
    this.#draft({ ...this.drafts.peek(), [this.task.peek().roll]: lines });
  }

  /** @returns {Promise<boolean>} whether it is on the disk */
  async enter() {
    this.busy.value = true;
    const [task, lines] = [this.task.peek(), this.lines.peek()];
    const entry = entryOf(task, lines, this.#desk.person.peek(), this.note.peek().trim());
    const saved = await this.#desk.enter(entry);
    batch(() => {
      this.busy.value = false;
      if (saved) this.note.value = "";
    });
    return saved;
  }

  /** @param {number} index @param {(line: Line) => Line} change */
  #change(index, change) {
    const lines = this.lines.peek().map((line, n) => (n === index ? change(line) : line));
    this.#draft({ ...this.drafts.peek(), [this.task.peek().roll]: lines });
  }

  /** @param {Record<number, Line[]>} drafts */
  #draft(drafts) {
    this.drafts.value = drafts;
    // A draft that cannot be kept is typed again; what is entered is another matter.
    this.#held.set("draft", { session: this.#session(), drafts }).catch(() => undefined);
  }

  #session() {
    return this.#desk.told.peek().session?.session ?? null;
  }

  /** @returns {Task} */
  #task() {
    const { rolls, recorded, session } = this.#desk.told.value;
    const picked = this.tasks.value.find(({ roll }) => roll === this.picked.value);
    return picked ?? asked(rolls, recorded, session);
  }

  #recorded() {
    const { point, recorded } = this.#desk.told.value;
    return linesOf(this.task.value, point, recorded);
  }
}
