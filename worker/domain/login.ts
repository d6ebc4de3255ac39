import { limits } from '../../wire/limits.ts';

/** The refresh token in force, by its number, and since when. */
export interface LoginState {
  generation: number;
  rotatedAtMs: number;
}

/**
 * What to do with a refresh token that we did sign: `rotate` to the next; `repeat` the successor that another tab was just
 * given; or `revoke` the whole login, because a token used again later is in somebody else's hands.
 */
export function judgeRefresh(login: LoginState, presented: number, nowMs: number): 'rotate' | 'repeat' | 'revoke' {
  if (presented === login.generation) return 'rotate';
  const justRotated = nowMs - login.rotatedAtMs <= limits.refreshGraceMs;
  return presented === login.generation - 1 && justRotated ? 'repeat' : 'revoke';
}
