// The part of preact@11 hooks that the pages use, for `tsc --noEmit`; hand-written.
export interface Ref<T> {
  current: T;
}
export function useRef<T>(initial: T): Ref<T>;
export function useEffect(effect: () => void | (() => void), inputs?: readonly unknown[]): void;
export function useLayoutEffect(
  effect: () => void | (() => void),
  inputs?: readonly unknown[],
): void;
export function useMemo<T>(factory: () => T, inputs: readonly unknown[]): T;
export function useCallback<F extends Function>(callback: F, inputs: readonly unknown[]): F;
export function useState<S>(initial: S | (() => S)): [S, (next: S | ((held: S) => S)) => void];
export function useId(): string;
