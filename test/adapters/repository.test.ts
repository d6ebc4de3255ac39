import { describe, expect, it } from 'vitest';
import { repositoryOf } from '../../worker/adapters/repository.ts';

describe('a git remote', () => {
  it.each([
    ['git@github.com:Owner/name.git', 'github.com/Owner/name'],
    ['https://github.com/Owner/name', 'github.com/Owner/name'],
    ['https://github.com/Owner/name.git/', 'github.com/Owner/name'],
    ['https://user:secret@GitHub.com/Owner/name.git', 'github.com/Owner/name'],
    ['https://x-access-token:secret@github.com/Owner/name', 'github.com/Owner/name'],
    ['ssh://git@gitlab.example.com:2222/group/sub/name.git', 'gitlab.example.com/group/sub/name'],
    ['git://host/name', 'host/name'],
    ['  git@host.example:name.git\n', 'host.example/name'],
    ['https://dev.azure.com/org/project/_git/repo', 'dev.azure.com/org/project/_git/repo'],
  ])('%s is %s', (url, repository) => {
    expect(repositoryOf(url)).toBe(repository);
  });

  it.each([
    '',
    '/home/dev/project',
    '../other',
    'file:///srv/git/x.git',
    'C:\\code\\x',
    'https://',
    'https://github.com/',
    'a b@c.d:e',
    'x'.repeat(2000),
  ])('%j names no repository', (url) => {
    expect(repositoryOf(url)).toBeUndefined();
  });

  it('never lets a credential through', () => {
    for (const url of ['https://user:p@ss@host.example/o/n', 'https://user:p/w@host.example/o/n', 'ssh://token@host.example/o/n'])
      expect(repositoryOf(url) ?? '').not.toMatch(/p@ss|p\/w|token|user/);
  });
});
