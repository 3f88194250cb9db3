// Peers of Devex.Contracts/Protocol/Session.cs; the names are the same there.

export type Role = "viewer" | "editor" | "owner";

export interface Participant {
  connection: number;
  user: string;
  name: string;
  role: Role;
  /** Of the person in this session: 0, 1, 2 …, lowest first, and no two people who are here have the same. */
  colour: number;
  /** The file in front of them; in lists of participants. */
  path?: string | null;
}

export interface Welcome {
  protocol: string;
  instance: string;
  replId: string;
  name: string;
  /** Opens all other sockets and requests, and reconnects until 10 min after the connection is lost. */
  token: string;
  self: Participant;
  participants: Participant[];
  frozen?: string | null;
  maxFrame: number;
}

export interface Participants {
  people: Participant[];
}

export interface LookAt {
  path: string | null;
}

export interface PersonLooked {
  connection: number;
  path?: string | null;
}

export interface FrozenState {
  reason?: string | null;
}

export interface RoleChanged {
  role: Role;
}

/** A moment on one node's clock: comparable only where the boot id is the same. */
export interface SessionInstant {
  bootId: string;
  nanoseconds: number;
}

export type Nothing = Record<string, never>;
