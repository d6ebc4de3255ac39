/** The first `maxLength` UTF-16 units; one less where the cut would fall inside a surrogate pair, which D1 cannot hold. */
export function clip(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const unit = text.charCodeAt(maxLength - 1);
  return text.slice(0, unit >= 0xd800 && unit <= 0xdbff ? maxLength - 1 : maxLength);
}

/** The same with an ellipsis in the place of what is missing. */
export const shortened = (text: string, maxLength: number): string =>
  text.length <= maxLength ? text : `${clip(text, maxLength - 1)}…`;

/** A text of several lines as one. */
export const oneLine = (text: string, maxLength: number): string => shortened(text.trim().replaceAll(/\s+/g, ' '), maxLength);
