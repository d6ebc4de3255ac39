import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LinkedSnapshotModel } from '../../../web/models/archive/linked-snapshot.ts';
import { crumbsOf, folderView, searched } from '../../../web/models/archive/snapshot-files.ts';
import { SnapshotsModel, snapshotName } from '../../../web/models/archive/snapshots.ts';
import type { CreatedSnapshot, ManifestEntry, Snapshot } from '../../../wire/snapshot.ts';
import { snapshot } from './snapshot-fixture.ts';

const file = (path: string, size = 1): ManifestEntry => ({ type: 'file', path, size, mode: 0o644, hash: '0'.repeat(64) });

describe('the files of a snapshot', () => {
  test('in a folder are its own, and its folders with what lies in them at any depth', () => {
    const all = [file('a.txt'), file('src/deep/x.ts', 5), file('src/y.ts', 7), file('srcery')];
    expect(folderView(all, '')).toEqual({
      folders: [{ name: 'src', path: 'src/', files: 2, bytes: 12 }],
      entries: [file('a.txt'), file('srcery')],
    });
    expect(folderView(all, 'src/')).toMatchObject({
      folders: [{ name: 'deep', path: 'src/deep/' }],
      entries: [file('src/y.ts', 7)],
    });
    expect(crumbsOf('src/deep/').map(({ path }) => path)).toEqual(['', 'src/', 'src/deep/']);
  });

  test('are each in exactly one folder, whatever they are called', () => {
    const part = fc.constantFrom('a', 'b', 'ab', ' ', 'ü', '__proto__', 'constructor');
    const paths = fc.uniqueArray(
      fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(paths, (all) => {
        const entries = all.map((path) => file(path));
        const walk = (path: string): string[] => {
          const view = folderView(entries, path);
          return [...view.entries.map((entry) => entry.path), ...view.folders.flatMap((folder) => walk(folder.path))];
        };
        expect(walk('').toSorted()).toEqual(all.toSorted());
      }),
    );
  });

  test('are found by words in any order and case', () => {
    const all = [file('src/Login/refresh.ts'), file('docs/login.md')];
    expect(searched(all, 'REFRESH login').map(({ path }) => path)).toEqual(['src/Login/refresh.ts']);
    expect(searched(all, '  ')).toEqual(all);
  });
});

describe('the list of snapshots', () => {
  test('has an upload first, tells how much of it is sent, and forgets what is deleted', async () => {
    const shares: (number | null)[] = [];
    const model = new SnapshotsModel({
      list: async () => ({ items: [snapshot('snp_1')], nextCursor: null }),
      remove: async () => {},
      upload: async (_file, name, { onProgress }): Promise<CreatedSnapshot> => {
        onProgress(0.5);
        shares.push(model.sent.value);
        return { ...snapshot('snp_2', { name }), warnings: ['paths differ only in case'] };
      },
    });
    await model.list.load();
    const created = await model.upload(new Blob([]), 'mine');
    expect([created?.warnings, shares, model.sent.value]).toEqual([['paths differ only in case'], [0.5], null]);
    expect(model.list.items.value).toEqual([snapshot('snp_2', { name: 'mine' }), snapshot('snp_1')]);
    await model.remove('snp_1');
    expect(model.list.items.value?.map(({ id }) => id)).toEqual(['snp_2']);
  });

  test('breaks an upload off that is cancelled, quietly, and the next one goes its way', async () => {
    const starts: { signal: AbortSignal; onProgress: (share: number) => void; made: (created: CreatedSnapshot) => void }[] = [];
    const model = new SnapshotsModel({
      list: async () => ({ items: [], nextCursor: null }),
      remove: async () => {},
      upload: (_file, _name, { onProgress, signal }) =>
        new Promise((made, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          starts.push({ signal, onProgress, made });
        }),
    });
    const cancelled = model.upload(new Blob([]), 'first');
    model.cancel();
    expect([starts[0]?.signal.aborted, model.sent.value]).toEqual([true, null]);
    const next = model.upload(new Blob([]), 'second');
    starts[0]?.onProgress(0.5);
    expect(await cancelled).toBeNull();
    expect(model.sent.value).toBe(0);
    starts[1]?.made({ ...snapshot('snp_2'), warnings: [] });
    expect(await next).toMatchObject({ id: 'snp_2' });
    expect([model.sent.value, model.list.items.value?.length]).toEqual([null, 1]);
  });

  test('is not asked to go anywhere by an archive that arrived as it was cancelled, and lists it', async () => {
    const model = new SnapshotsModel({
      list: async () => ({ items: [], nextCursor: null }),
      remove: async () => {},
      upload: async (): Promise<CreatedSnapshot> => ({ ...snapshot('snp_2'), warnings: [] }),
    });
    const uploaded = model.upload(new Blob([]), 'late');
    model.cancel();
    expect(await uploaded).toBeNull();
    expect(model.list.items.value?.map(({ id }) => id)).toEqual(['snp_2']);
  });

  test('knows one by its name, or else by why it was taken', () => {
    expect([snapshot('a', { name: 'mine' }), snapshot('b', { reason: 'interval' })].map(snapshotName)).toEqual([
      'mine',
      'By the clock',
    ]);
  });
});

describe('a snapshot that an address names and no list holds', () => {
  test('is read by its id, and not shown where it is of another session or there is none', async () => {
    const model = new LinkedSnapshotModel('ses_1', {
      async one(id) {
        if (id === 'snp_none') throw new Error('There is no such snapshot.');
        return snapshot(id, id === 'snp_other' ? { sessionId: 'ses_2' } : {});
      },
    });
    const shown = () => [model.snapshot.value?.id, model.isElsewhere.value, model.failure.value?.message];
    await model.load('snp_old');
    expect(shown()).toEqual(['snp_old', false, undefined]);
    await model.load('snp_other');
    expect(shown()).toEqual([undefined, true, undefined]);
    await model.load('snp_none');
    expect(shown()).toEqual([undefined, false, 'There is no such snapshot.']);
    await model.load(null);
    expect(shown()).toEqual([undefined, false, undefined]);
  });

  test('does not take the place of the one that was asked for after it', async () => {
    const answers = new Map<string, (answer: Snapshot) => void>();
    const model = new LinkedSnapshotModel('ses_1', { one: (id) => new Promise((answer) => answers.set(id, answer)) });
    const loads = [model.load('snp_1'), model.load('snp_2')];
    answers.get('snp_2')?.(snapshot('snp_2'));
    answers.get('snp_1')?.(snapshot('snp_1'));
    await Promise.all(loads);
    expect(model.snapshot.value?.id).toBe('snp_2');
  });
});
