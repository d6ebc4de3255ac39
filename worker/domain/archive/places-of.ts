/**
 * Where a text holds another, none within the one before, at most `max` of them. It takes time that grows with their lengths, whatever they
 * hold (Knuth, Morris and Pratt); `indexOf` and `split` take their product where both repeat themselves.
 */
export function placesOf(text: string, wanted: string, max: number): number[] {
  if (wanted === '' || wanted.length > text.length) return [];
  const backs = backsOf(wanted);
  const places: number[] = [];
  let matched = 0;
  for (let at = 0; at < text.length && places.length < max; at++) {
    matched = longer(wanted, backs, matched, text.charCodeAt(at));
    if (matched < wanted.length) continue;
    places.push(at + 1 - matched);
    matched = 0;
  }
  return places;
}

/** How much of a text's beginning is also the end of its first n + 1 units. */
function backsOf(text: string): Int32Array {
  const backs = new Int32Array(text.length);
  let matched = 0;
  for (let at = 1; at < text.length; at++) {
    matched = longer(text, backs, matched, text.charCodeAt(at));
    backs[at] = matched;
  }
  return backs;
}

/** How much of the text's beginning stands there with one more unit. */
function longer(text: string, backs: Int32Array, matched: number, unit: number): number {
  let length = matched;
  while (length > 0 && text.charCodeAt(length) !== unit) length = backs[length - 1] ?? 0;
  return text.charCodeAt(length) === unit ? length + 1 : length;
}
