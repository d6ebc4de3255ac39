import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { failRule, rememberFail } from '../../cli/hook/fail-rule.ts';
import { temporaryFolder } from '../e2e/server-process.ts';

it('lets the agent go on as long as nobody has said anything', () => {
  expect(failRule({}, join(temporaryFolder(), 'none'))).toEqual({ fail: 'open', from: 'nobody' });
});

it('is what the server said last, and the file is written only when that changes', () => {
  const root = temporaryFolder();
  rememberFail(root, 'closed');
  expect(failRule({}, root)).toEqual({ fail: 'closed', from: 'project' });
  const { ino } = statSync(join(root, 'fail'));
  rememberFail(root, 'closed');
  rememberFail(root, undefined);
  rememberFail(root, 'sideways');
  expect(statSync(join(root, 'fail')).ino).toBe(ino);
  rememberFail(root, 'open');
  expect(failRule({}, root)).toEqual({ fail: 'open', from: 'project' });
  expect(readdirSync(root)).toEqual(['fail']);
});

it('is overridden by this machine', () => {
  const root = temporaryFolder();
  rememberFail(root, 'open');
  expect(failRule({ fail: 'closed' }, root)).toEqual({ fail: 'closed', from: 'here' });
});

it('survives a place that cannot be written to, and a file that is not ours', () => {
  rememberFail('/dev/null/nowhere', 'closed');
  const root = temporaryFolder();
  writeFileSync(join(root, 'fail'), 'whatever');
  expect(failRule({}, root)).toEqual({ fail: 'open', from: 'nobody' });
});
