// htm@3, for `tsc --noEmit`; hand-written.
interface Htm {
  bind<R>(
    h: (type: unknown, props: object | null, ...children: any[]) => R,
  ): (strings: TemplateStringsArray, ...values: unknown[]) => R;
}
declare const htm: Htm;
export default htm;
