import { describe, expect, it } from 'vitest';
import { itemList } from '../../web/models/item-list.ts';

const pages: Record<string, { items: string[]; nextCursor: string | null }> = {
  first: { items: ['a', 'b'], nextCursor: 'second' },
  second: { items: ['c'], nextCursor: null },
};

describe('a list of pages', () => {
  it('that is read again still shows the pages that were shown', async () => {
    const list = itemList<string>(async (cursor = 'first') => pages[cursor] ?? { items: [], nextCursor: null });
    await list.load();
    expect([list.items.value, list.hasMore.value]).toEqual([['a', 'b'], true]);
    await list.loadMore();
    await list.load();
    expect([list.items.value, list.hasMore.value]).toEqual([['a', 'b', 'c'], false]);
  });

  it('shows the answer to what was asked last, whichever comes last', async () => {
    const answers: ((items: string[]) => void)[] = [];
    const list = itemList<string>(() => new Promise((resolve) => answers.push((items) => resolve({ items, nextCursor: null }))));
    const both = [list.load(), list.load()];
    answers[1]?.(['new']);
    await both[1];
    answers[0]?.(['old']);
    await both[0];
    expect([list.items.value, list.loading.value]).toEqual([['new'], false]);
  });

  it('keeps what it has when it is read again in vain, and says why', async () => {
    let isDown = false;
    const list = itemList<string>(async () => {
      if (isDown) throw new Error('Down.');
      return { items: ['a'], nextCursor: null };
    });
    await list.load();
    isDown = true;
    await list.load();
    expect([list.items.value, list.failure.value?.message]).toEqual([['a'], 'Down.']);
  });
});
