/**
 * What `/ws/agent` carries, as `signaling/messages.py` and PROTOCOL.md declare it; a test
 * holds the two together. What a page does not use is left out.
 */

export type Phase =
  | "planned"
  | "postponed"
  | "rehearsal"
  | "check_in"
  | "live"
  | "branch_meetings"
  | "closed";

export interface Hello {
  type: "hello";
  versions: number[];
  software: string;
  spool: string;
  last_seq: number;
}

export interface FactEnter {
  type: "fact.enter";
  spool: string;
  seq: number;
  session: string | null;
  entered_utc: string;
  kind: string;
  body: object;
}

export interface PointCard {
  code: string;
  name: string;
  unit: string;
  branches: string[];
}

export interface SessionState {
  type: "session.state";
  session: string | null;
  title: string | null;
  start_utc: string | null;
  phase: Phase | null;
  broadcast: "off" | "on" | "paused" | null;
}

export interface Bound {
  warn: number;
  fail: number | null;
}

export interface PreflightBounds {
  clock_ms: Bound;
  rtt_ms: Bound;
  jitter_ms: Bound;
  good_ratio: Bound;
  quiet_dbfs: Bound;
  clipped_ratio: Bound;
  free_bytes: Bound;
  bandwidth_ratio: Bound;
  bandwidth_kbps: number;
  dark_ratio: number;
  battery_ratio: number;
  arrival_dbfs: Bound;
  sound_delay_ms: Bound;
  echo_db: number;
}

export interface Welcome {
  type: "welcome";
  version: number;
  boot: string;
  device: string;
  point: PointCard;
  report_interval_s: number;
  retry_cap_s?: number | null;
  have_through: number;
  server_utc: string;
  session: SessionState;
  limits?: PreflightBounds | null;
}

export interface ProgrammeSending {
  type: "programme.sending";
  sending: "picture_high" | "picture_low" | "sound_only";
  why: string;
}

export interface PointState {
  type: "point.state";
  presence: string;
  readiness: string;
  readiness_why: string;
  reception: string;
  reception_why: string;
  hotline: string;
}

export interface RollLine {
  roll: number;
  stage: "waiting" | "open" | "closed";
  opens_utc: string | null;
  closes_utc: string | null;
  opened_utc: string | null;
  closed_utc: string | null;
}

export interface RollState {
  type: "roll.state";
  session: string | null;
  rolls: RollLine[];
  names: boolean;
  earlier: EarlierSession[];
}

export interface EarlierSession {
  session: string;
  title: string;
  start_utc: string;
}

export interface RollRecorded {
  roll: number;
  present: number;
  excused: number;
  exempt: number;
  guests: number;
  late: number;
  left_early: number;
  excuses: Record<string, number>;
  corrected: boolean;
}

export interface BranchRecorded {
  branch: string;
  expected: number;
  reported: number | null;
  excused: number;
  exempt: number;
  guests: number;
  late: number;
  left_early: number;
  excuses: Record<string, number>;
  elsewhere: number;
  rolls: RollRecorded[];
}

export interface TransferLine {
  transfer: string;
  outgoing: boolean;
  other: string | null;
  branch: string;
  people: number | null;
  confirmed: number | null;
}

export interface HallRecorded {
  type: "hall.recorded";
  session: string | null;
  recorded_utc: string | null;
  branches: BranchRecorded[];
  transfers: TransferLine[];
}

export interface FactAcked {
  type: "fact.acked";
  spool: string;
  seq: number;
  recorded_utc: string;
  note: string | null;
  remark: string | null;
}

export interface ClockAnswer {
  type: "clock.answer";
  sent_ms: number;
  received_ms: number;
  answered_ms: number;
}

export interface OrderGive {
  type: "order.give";
  id: string;
  action: string;
  text: string;
  within_s: number;
}

export interface Refusal {
  type: "refusal";
  code: string;
  text: string;
}

export type ToDevice =
  | Welcome
  | SessionState
  | PointState
  | ProgrammeSending
  | RollState
  | HallRecorded
  | FactAcked
  | ClockAnswer
  | OrderGive
  | Refusal;
