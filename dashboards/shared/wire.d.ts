/**
 * What `/ws/watch` and the API carry, as `signaling/watch.py` declares it; a test holds the
 * two together. Every instant is milliseconds since 1970, UTC, by the server's clock.
 */

export type Tile = "ok" | "degraded" | "lost" | "not_joined" | "unknown" | "left";
export type Phase =
  | "planned"
  | "postponed"
  | "rehearsal"
  | "check_in"
  | "live"
  | "branch_meetings"
  | "closed";
export type Broadcast = "off" | "on" | "paused";

export interface PeopleView {
  expected: number;
  reported: number | null;
  present: number | null;
  excused: number;
  guests: number;
}

export interface LinkView {
  rtt_ms: number | null;
  jitter_ms: number | null;
  loss_ratio: number | null;
  frames_per_second: number | null;
  bitrate_kbps: number | null;
  delay_ms: number | null;
  skew_ms: number | null;
}

export interface RollView {
  roll: number;
  stage: "waiting" | "open" | "closed";
  opened_at: number | null;
  closed_at: number | null;
  opens_at: number | null;
  closes_at: number | null;
  attended: number | null;
  expected: number | null;
  points: number | null;
  closed_by: string | null;
}

export interface PointView {
  code: string;
  name: string;
  unit: string;
  kind: string;
  provider: string;
  main: boolean;
  tile: Tile;
  why: string;
  since: number;
  presence: string;
  presence_since: number;
  readiness: string;
  readiness_since: number;
  preflight_at: number | null;
  reception: string;
  reception_since: number;
  decoding: "all" | "key_frames" | "none";
  sending: "picture_high" | "picture_low" | "sound_only" | null;
  sending_why: string;
  rendition: "auto" | "sound" | "low" | "high";
  attendance: PeopleView;
  checked_in_at: number | null;
  roll_answered: boolean | null;
  reasons: string[];
  link: LinkView | null;
  contact_name: string | null;
  contact_phone: string | null;
  deputy_name: string | null;
  deputy_phone: string | null;
  place: string;
  share: string | null;
  risk: number;
}

export interface AlarmView {
  id: string;
  state: "unacknowledged" | "acknowledged" | "returned" | "shelved" | "closed";
  family: string;
  what: string;
  why: string;
  priority: "high" | "medium" | "low";
  flapping: boolean;
  times: number;
  point: string | null;
  points: string[];
  had: number;
  cause: string;
  name: string;
  raised_at: number;
  cleared_at: number | null;
  acknowledged_at: number | null;
  shelved_until: number | null;
  taken_by: string | null;
  holder: string | null;
}

export interface Condition {
  code: string;
  met: boolean;
  have: number | null;
  need: number | null;
  of: number | null;
  /** False: not met because nobody can tell. */
  known: boolean;
}

export interface SessionView {
  id: string | null;
  title: string | null;
  chair: string | null;
  main_point: string | null;
  start_at: number | null;
  phase: Phase | null;
  phase_since: number | null;
  broadcast: Broadcast;
  way_back_until: number | null;
  go: boolean;
  conditions: Condition[];
  may_enter: Phase[];
  rolls: RollView[];
  lines: number[];
  floor: string | null;
  floor_since: number | null;
  source: string;
}

export interface TotalsView {
  points: number;
  points_reported: number;
  points_answered: number;
  people: PeopleView;
  presence: Record<string, number>;
  readiness: Record<string, number>;
  reception: Record<string, number>;
  tiles: Record<string, number>;
}

export interface MediaView {
  relay: boolean;
  studio: boolean;
  backup: boolean;
  programme: string;
  sound: string;
  viewers: number;
  egress_kbps: number;
  uplink_kbps: number | null;
  budget_kbps: number | null;
  sources: string[];
}

export interface Snapshot {
  type: "snapshot";
  epoch: string;
  rev: number;
  now: number;
  role: string;
  session: SessionView;
  totals: TotalsView;
  media: MediaView;
  points: Record<string, PointView>;
  alarms: Record<string, AlarmView>;
  me: string;
}

export interface Patch {
  type: "patch";
  epoch: string;
  base: number;
  rev: number;
  now: number;
  session?: SessionView | null;
  totals?: TotalsView | null;
  media?: MediaView | null;
  set?: Record<string, PointView>;
  gone?: string[];
  alarms?: Record<string, AlarmView>;
  alarms_gone?: string[];
}

export interface Tick {
  type: "tick";
  epoch: string;
  rev: number;
  now: number;
}

export type FromServer = Snapshot | Patch | Tick;
