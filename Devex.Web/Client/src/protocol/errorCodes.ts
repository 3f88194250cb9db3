// Peer of Devex.Contracts/Protocol/ErrorCodes.cs.

export const ErrorCodes = {
  methodNotFound: -32601,
  invalidParams: -32602,
  badPath: 400,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  tooLarge: 413,
  wrongKind: 415,
  frozen: 423,
  tooMany: 429,
  full: 507,
} as const;

/** Close codes of the session's WebSockets; docs/protocol.md. */
export const CloseCodes = {
  goingAway: 1001,
  notAdmitted: 4401,
  roleRevoked: 4403,
  tooSlow: 4408,
  sessionEnded: 4410,
} as const;
