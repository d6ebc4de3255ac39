import { createHash } from 'node:crypto';

/** What a room knows an event's key by: 96 bits of SHA-256, a chance of 6e-18 that two of a million meet. */
export const keyHash = (key: string): string => createHash('sha256').update(key).digest('base64url').slice(0, 16);
