/** The few names of uPlot that the pages use. */

export type Values = (number | null)[];

export interface Series {
  label?: string;
  scale?: string;
  stroke?: string;
  width?: number;
  dash?: number[];
  value?: (plot: unknown, raw: number | null) => string;
}

export interface Options {
  width: number;
  height: number;
  series: Series[];
  scales?: Record<string, { time?: boolean; range?: (plot: unknown, min: number, max: number) => [number, number] }>;
  axes?: {
    scale?: string;
    side?: number;
    stroke?: string;
    grid?: { show?: boolean; stroke?: string; width?: number };
    size?: number;
    values?: (plot: unknown, ticks: number[]) => string[];
  }[];
  legend?: { show?: boolean; markers?: { dash?: (plot: unknown, line: number) => string } };
  cursor?: { show?: boolean };
}

export default class uPlot {
  constructor(options: Options, data: Values[], target: HTMLElement);
  setData(data: Values[]): void;
  destroy(): void;
}
