/** Reading of a tool's input and output, whose shapes belong to the agents: a missing or odd field is undefined, never a throw. */
export type Fields = Readonly<Record<string, unknown>>;

export const fieldsOf = (value: unknown): Fields | undefined =>
  // An object that is no array has string keys; nothing is assumed of their values.
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;

export function textField(value: unknown, ...names: string[]): string | undefined {
  const fields = fieldsOf(value);
  if (!fields) return undefined;
  for (const name of names) {
    const field = fields[name];
    if (typeof field === 'string') return field;
  }
  return undefined;
}

export function numberField(value: unknown, ...names: string[]): number | undefined {
  const fields = fieldsOf(value);
  if (!fields) return undefined;
  for (const name of names) {
    const field = fields[name];
    if (typeof field === 'number' && Number.isFinite(field)) return field;
  }
  return undefined;
}

export const listField = (value: unknown, name: string): readonly unknown[] => {
  const field = fieldsOf(value)?.[name];
  return Array.isArray(field) ? field : [];
};
