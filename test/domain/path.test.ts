import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absolutePath, fromFolder, isAbsolute, plainPath } from '../../worker/domain/path.ts';

const part = fc.constantFrom('a', 'b', 'c.ts', '.', '..', '', ' ', 'C:', 'é', '\\');
const paths = fc.array(part, { maxLength: 8 }).map((parts) => parts.join('/'));
const folders = fc.array(fc.constantFrom('home', 'dev', 'web'), { maxLength: 4 }).map((parts) => `/${parts.join('/')}`);

describe('a path', () => {
  it('is plain once it was made plain', () => {
    const windows = paths.map((path) => `c:\\${path}`);
    fc.assert(
      fc.property(fc.oneof(paths, windows, fc.string()), (path) => {
        expect(plainPath(plainPath(path))).toBe(plainPath(path));
      }),
    );
  });

  it('never climbs above the root of its file system', () => {
    fc.assert(
      fc.property(paths, (path) => {
        expect(plainPath(`/${path}`).split('/')).not.toContain('..');
      }),
    );
  });

  it('from a folder on is the way back to where it points', () => {
    fc.assert(
      fc.property(paths, folders, (path, folder) => {
        const whole = absolutePath(path, folder);
        expect(isAbsolute(whole)).toBe(true);
        expect(absolutePath(fromFolder(path, folder), folder)).toBe(whole);
      }),
    );
  });

  it('reads the same from two folders that hold the same tree', () => {
    fc.assert(
      fc.property(folders, folders, fc.constantFrom('a.ts', 'src/a.ts'), (one, other, file) => {
        expect(fromFolder(`${one}/${file}`, one)).toBe(fromFolder(file, other));
      }),
    );
  });
});
