// Peers of Devex.Contracts/Api, as far as the workbench reads them.
import type { StaleFile } from "./saves.js";
import type { Role, SessionInstant } from "./session.js";

export type ReplState = "stopped" | "starting" | "running" | "stopping" | "unreachable";

export interface UserSummary {
  id: string;
  login: string;
  name: string;
  avatarUrl?: string | null;
}

export interface ProgressStage {
  name: string;
  startedAt: string;
  endedAt?: string | null;
  done?: number | null;
  total?: number | null;
  failed?: string | null;
  waiting?: string | null;
}

export interface SessionProgress {
  sessionId: string;
  kind: "start" | "stop";
  startedAt: string;
  stages: ProgressStage[];
}

export interface SavedState {
  root: number;
  at: string;
  files: number;
  bytes: number;
  hash?: string;
  asOf?: SessionInstant | null;
  stale?: string[] | null;
  notKept?: StaleFile[] | null;
}

export interface Repl {
  id: string;
  name: string;
  template: string;
  owner: UserSummary;
  role: Role;
  state: ReplState;
  progress?: SessionProgress | null;
  problem?: string | null;
  saved?: SavedState | null;
  runCommand?: string | null;
  defaultFile?: string | null;
  members?: Member[];
  endsAt?: string | null;
  idle?: IdleState | null;
  previewLinks?: PreviewLink[] | null;
}

/** The clock of a running session that ends when nobody uses it. */
export interface IdleState {
  afterSeconds: number;
  /** Absent while something keeps it running. */
  stopsAt?: string | null;
  keptBy: string[];
}

/** A port that is open to whoever has its link. */
export interface PreviewLink {
  port: number;
  createdAt: string;
  /** Null for no end. */
  expiresAt?: string | null;
}

export interface PreviewLinkAddress {
  link: PreviewLink;
  url: string;
}

export type DevexEvent =
  | { type: "snapshot"; repls: Repl[] }
  | { type: "repl"; repl: Repl }
  | { type: "removed"; id: string }
  | { type: "saved"; id: string; saved: SavedState };

export interface SessionTicket {
  url: string;
  ticket: string;
  expiresAt: string;
}

export interface PreviewCode {
  url: string;
  code: string;
  expiresAt: string;
}

/** RFC 9457, with a stable key. */
export interface ProblemDetails {
  status?: number;
  title?: string;
  detail?: string;
  code?: string;
}

export interface Member {
  user: UserSummary;
  role: Role;
}

export interface MemberList {
  owner: UserSummary;
  members: Member[];
}

export interface ShareLink {
  id: string;
  role: Role;
  createdAt: string;
  expiresAt: string;
}

export interface ShareLinkList {
  links: ShareLink[];
}

/** Its address is in this answer only. */
export interface NewShareLink {
  link: ShareLink;
  url: string;
}

export interface EnvironmentVariable {
  name: string;
  secret: boolean;
  /** Null for a secret. */
  value?: string | null;
  updatedAt: string;
}

export interface EnvironmentList {
  variables: EnvironmentVariable[];
  /** Names that a REPL has from its owner. */
  inherited: string[];
}

/** Peer of Devex.Contracts/Api/GitCredentials.cs. */
export interface GitCredentialOffer {
  /** The host for which Core gets tokens; absent where it gets none, or this person has none to get. */
  host?: string | null;
}

export interface MintedGitCredential {
  username: string;
  password: string;
  expiresAt: string;
}
