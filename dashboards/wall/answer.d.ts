/** What the wall's requests are answered with, as `coordinator/api` declares it. */

import type { AlarmView } from "../shared/wire.d.ts";

export interface MarkView {
  at: number;
  what: string;
  by: string | null;
  why: string;
  note: string | null;
}

export interface AlarmAnswer {
  alarm: AlarmView;
  history: MarkView[];
  to_acknowledge_s: number | null;
  to_resolve_s: number | null;
}

export interface OrderView {
  id: string;
  point: string;
  device: string;
  role: string;
  action: string;
  state: "sent" | "begun" | "done" | "refused" | "no_answer";
  why: string;
  given_at: number;
  given_by: string | null;
  ended_at: number | null;
}

export interface Technician {
  id: string;
  name: string;
  points: number;
}

/** Columns of equal length; a gap is null. */
export interface LinkColumns {
  at: number[];
  rtt_ms: (number | null)[];
  jitter_ms: (number | null)[];
  loss_ratio: (number | null)[];
  concealed_ratio: (number | null)[];
  frozen_ratio: (number | null)[];
  frames_per_second: (number | null)[];
  bitrate_kbps: (number | null)[];
}
