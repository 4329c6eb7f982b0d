/**
 * What `GET /api/v1/session/attendance` and the secretary's requests carry, as
 * `coordinator/api` declares it; a test holds the two together.
 */

export interface SumAnswer {
  expected: number;
  reported: number | null;
  present: number | null;
  attended: number | null;
  excused: number;
  exempt: number;
  guests: number;
  elsewhere: number;
  made_up: number;
  late: number;
  left_early: number;
  branches: number;
  answered: number;
  corrected: number;
  excuses: Record<string, number>;
}

export interface FrozenAnswer {
  expected: number;
  attended: number;
  excused: number;
  guests: number;
  points: number;
}

export interface RollAnswer {
  roll: number;
  stage: "waiting" | "open" | "closed";
  opens_utc: string | null;
  closes_utc: string | null;
  opened_utc: string | null;
  closed_utc: string | null;
  closed_by: string | null;
  points_answered: number;
  total: SumAnswer;
  frozen: FrozenAnswer | null;
}

export interface BranchLine {
  branch: string;
  check_in: SumAnswer;
  rolls: SumAnswer[];
}

export interface PointLine {
  code: string;
  name: string;
  unit: string;
  main: boolean;
  checked_in: boolean;
  contact_name: string | null;
  contact_phone: string | null;
  check_in: SumAnswer;
  rolls: SumAnswer[];
  branches: BranchLine[];
}

export interface UnitLine {
  unit: string;
  points: number;
  check_in: SumAnswer;
  rolls: SumAnswer[];
}

export interface LineAnswer {
  share: number;
  need: number;
  missing: number;
}

export interface CorrectionLine {
  n: number;
  utc: string;
  by: string;
  roll: number;
  point: string;
  branch: string;
  before: number | null;
  after: number | null;
}

export interface AttendanceAnswer {
  session: string;
  title: string;
  start_utc: string;
  phase: string;
  chair: string | null;
  now_utc: string;
  current_roll: number | null;
  points_reported: number;
  rolls: RollAnswer[];
  lines: LineAnswer[];
  total: SumAnswer;
  units: UnitLine[];
  points: PointLine[];
  corrections: CorrectionLine[];
  conflicts_open: number;
  kept_open: number;
  names: boolean;
}

export interface FoundMember {
  ref: string;
  name: string;
  number: string;
  point: string;
  branch: string;
}

export interface FoundMembers {
  members: FoundMember[];
  more: boolean;
}

export interface AttendedLine {
  session: string;
  title: string;
  roll: number;
  mark: string;
}

export interface SeatLine {
  session: string;
  title: string;
  kind: "transfer" | "walk_in" | "guest";
  point: string;
}

export interface Extract {
  ref: string;
  name: string;
  number: string;
  point: string;
  branch: string;
  attended: AttendedLine[];
  seated: SeatLine[];
}

export interface ConflictLine {
  id: string;
  kind: "twice" | "over" | "guest";
  point: string;
  branch: string;
  choices: string[];
  decision: string | null;
  decided_by: string | null;
  people: number;
  name: string | null;
  number: string | null;
  unit: string | null;
}

export interface KeptLine {
  n: number;
  recorded_utc: string;
  entered_utc: string;
  point: string;
  kind: string;
  why: string;
  settled: boolean;
  text: string | null;
}

export interface MoveLine {
  key: string;
  kind: "transfer" | "walk_in" | "guest";
  home: string | null;
  branch: string;
  host: string | null;
  announced: number | null;
  confirmed: number | null;
  makes_up: string | null;
}
