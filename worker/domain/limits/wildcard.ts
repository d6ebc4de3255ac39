/**
 * Whether a pattern matches a whole text; `*` stands for anything, and nothing else has a meaning. Case counts. Linear in practice and
 * at worst the product of both lengths: a pattern that somebody wrote must not be able to stall a room, as a regular expression's would.
 */
export function wildcard(pattern: string, text: string): boolean {
  let [at, inPattern] = [0, 0];
  // Where to go on when the last star has to stand for one character more.
  let [star, resumeAt] = [-1, 0];
  while (at < text.length) {
    if (pattern[inPattern] === '*') {
      star = inPattern;
      resumeAt = at;
      inPattern += 1;
    } else if (pattern[inPattern] === text[at]) {
      at += 1;
      inPattern += 1;
    } else if (star !== -1) {
      resumeAt += 1;
      at = resumeAt;
      inPattern = star + 1;
    } else return false;
  }
  while (pattern[inPattern] === '*') inPattern += 1;
  return inPattern === pattern.length;
}
