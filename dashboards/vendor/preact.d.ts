// The part of preact@11 that the pages use, for `tsc --noEmit`; hand-written.
export interface VNode<P = unknown> {
  type: unknown;
  props: P;
  key: unknown;
}
export type Child = VNode | object | string | number | boolean | null | undefined;
export type Children = Child | Child[];
export type Component<P> = (props: P) => Child;
export function h(type: unknown, props: object | null, ...children: Child[]): VNode;
export function render(tree: Child, parent: Element): void;
export const Fragment: Component<{ children?: Children }>;
