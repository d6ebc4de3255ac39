import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

export interface Shortcut {
  /** `j`, `?`, `Enter`, `Space`, `mod+k` (⌘ or Ctrl), or two keys in a row: `g s`. */
  keys: string;
  /** What it does, for the list under `?`. */
  label: string;
  run: (event: KeyboardEvent) => void;
}

interface Group {
  title: string;
  shortcuts: Shortcut[];
}

const chordWithinMs = 900;

/** What works right now, in the order in which it was mounted; the list under `?` shows it. */
export const shortcutGroups = signal<Group[]>([]);

let pending: { key: string; at: number } | undefined;

/** Makes keys work while the component is mounted, and `isOn`. Typing into a field or an open dialog keeps its keys to itself. */
export function useShortcuts(title: string, shortcuts: Shortcut[], isOn = true): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    if (!isOn) return;
    const group: Group = {
      title,
      // The list is fixed at mounting, the verbs are always the newest render's.
      shortcuts: shortcuts.map((shortcut, i) => ({ ...shortcut, run: (event) => latest.current[i]?.run(event) })),
    };
    shortcutGroups.value = [...shortcutGroups.peek(), group];
    return () => {
      shortcutGroups.value = shortcutGroups.peek().filter((other) => other !== group);
    };
  }, [title, isOn]);
}

/** Listens for every shortcut; mounted once. */
export function listenForShortcuts(): () => void {
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}

export const modKey = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '') ? '⌘' : 'Ctrl';

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const pressed = nameOf(event);
  const first = pending && event.timeStamp - pending.at < chordWithinMs ? pending.key : undefined;
  pending = { key: pressed, at: event.timeStamp };
  // With the modifier a key means the same everywhere, but for choosing all: that is what the field holds, or the page of a dialog.
  const isLocal = !pressed.startsWith('mod+') || pressed === 'mod+a';
  if (isLocal && (isTyping(event.target) || document.querySelector('dialog[open]'))) return;
  // Enter and Space belong to whatever has the focus.
  if ((pressed === 'Enter' || pressed === 'Space') && event.target !== document.body && !isSlider(event.target)) return;
  const match = find(`${first} ${pressed}`) ?? find(pressed);
  if (!match) return;
  pending = undefined;
  event.preventDefault();
  match.run(event);
}

function find(keys: string): Shortcut | undefined {
  // The page mounted last speaks first.
  for (const group of shortcutGroups.peek().toReversed()) {
    const match = group.shortcuts.find((shortcut) => shortcut.keys === keys);
    if (match) return match;
  }
  return undefined;
}

function nameOf(event: KeyboardEvent): string {
  if (event.metaKey || event.ctrlKey) return `mod+${event.key.toLowerCase()}`;
  const key = event.key === ' ' ? 'Space' : event.key;
  return event.altKey ? `alt+${key}` : key;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio], [type=range]), textarea, select');
}

const isSlider = (target: EventTarget | null): boolean => target instanceof HTMLElement && target.matches('[type=range]');
