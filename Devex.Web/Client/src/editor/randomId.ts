const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

/** 16 characters that no other page has. */
export const randomId = (): string => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => alphabet[byte % alphabet.length]).join("");
