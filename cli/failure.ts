/**
 * What a command ends with. 2 is left out on purpose: agents read it from a hook as a refusal. The others are those of sysexits.h
 * where it has one.
 */
export const exitCodes = { ok: 0, failed: 1, usage: 64, unreachable: 69, notLoggedIn: 77 } as const;

/** Something that a person can do something about; the message says what. */
export class Failure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}
