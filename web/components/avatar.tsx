import './avatar.css';

/** A person's initials on a hue of their own. Decoration: the name stands beside it. */
export function Avatar({ name, id, size = 24 }: { name: string; id: string; size?: number }) {
  return (
    <span class="avatar" style={`width:${size}px;height:${size}px;--hue:${hue(id)}`} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = [...(words[0] ?? '')][0] ?? '?';
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : '';
  return (first + last).toUpperCase();
}

function hue(id: string): number {
  let sum = 7;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  // Neighbouring ids land far apart on the wheel.
  return (sum * 137) % 360;
}
