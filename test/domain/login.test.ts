import { describe, expect, it } from 'vitest';
import { limits } from '../../wire/limits.ts';
import { judgeRefresh } from '../../worker/domain/login.ts';

describe('a refresh token', () => {
  const login = { generation: 5, rotatedAtMs: 1000 };
  const graceEndsMs = 1000 + limits.refreshGraceMs;

  it('rotates when it is the one in force, and repeats its successor for a little while after', () => {
    expect(judgeRefresh(login, 5, graceEndsMs * 100)).toBe('rotate');
    expect(judgeRefresh(login, 4, graceEndsMs)).toBe('repeat');
  });

  it('ends the login when it is used later, is older still, or was never given out', () => {
    expect(judgeRefresh(login, 4, graceEndsMs + 1)).toBe('revoke');
    expect(judgeRefresh(login, 3, 1000)).toBe('revoke');
    expect(judgeRefresh(login, 6, 1000)).toBe('revoke');
  });
});
