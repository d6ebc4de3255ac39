import { useEffect } from 'preact/hooks';
import { type Erasure, erasedName } from '../../../wire/erasure.ts';
import { RelativeTime } from '../../components/figures.tsx';
import { ItemRows } from '../../components/settings/item-rows.tsx';
import { Section } from '../../components/settings/section.tsx';
import { erasureWords } from '../../models/archive/erasure.ts';
import type { ItemList } from '../../models/item-list.ts';

/** As often as the cron goes on. */
const refreshMs = 60_000;

/** People who were or are being erased; not there where there are none, nor before that is known: hardly anybody has some. */
export function ErasuresSection({ list }: { list: ItemList<Erasure> }) {
  const erasures = list.items.value;
  const isRunning = erasures?.some(({ finishedAt }) => finishedAt === null) ?? false;
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => void list.load(), refreshMs);
    return () => clearInterval(timer);
  }, [isRunning, list]);
  if (!erasures?.length && !list.failure.value) return null;
  return (
    <Section title="Erased people" lead="Sessions are looked through some fifty a minute; who it was is forgotten with the end.">
      <ItemRows list={list} what="Erasures" empty="None." expected={1} keyOf={({ id }) => id}>
        {(erasure) => (
          <span class="row-main">
            <strong class="truncate">{erasure.name === null ? erasedName : `Erasing ${erasure.name}`}</strong>
            <span class="faint">
              {erasure.finishedAt === null ? 'Began ' : 'Done '}
              <RelativeTime at={erasure.finishedAt ?? erasure.startedAt} />. {erasureWords(erasure)}
            </span>
          </span>
        )}
      </ItemRows>
    </Section>
  );
}
