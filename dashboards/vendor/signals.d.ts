// The part of @preact/signals@2 that the pages use, for `tsc --noEmit`; hand-written.
export { batch, computed, effect, Signal, signal, untracked } from "./signals-core.js";
export type { ReadonlySignal } from "./signals-core.js";
import type { ReadonlySignal, Signal } from "./signals-core.js";
export function useSignal<T>(initial: T): Signal<T>;
export function useComputed<T>(compute: () => T): ReadonlySignal<T>;
export function useSignalEffect(effect: () => void | (() => void)): void;
