import { limits } from '../../wire/limits.ts';
import type { ManifestEntry } from '../../wire/snapshot.ts';

export interface Part {
  hash: string;
  offset: number;
  length: number;
}

/** The contents that an entry's bytes are made of, in order; none for a link. */
export function partsOf(entry: ManifestEntry): Part[] {
  if (entry.type === 'link') return [];
  const { hash, size, parts } = entry;
  if (!parts) return [{ hash, offset: 0, length: size }];
  return parts.map((part, index) => {
    const offset = index * limits.maxContentBytes;
    return { hash: part, offset, length: Math.min(limits.maxContentBytes, size - offset) };
  });
}
