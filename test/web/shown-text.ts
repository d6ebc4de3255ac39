import type { ComponentChildren, VNode } from 'preact';

/** The words that a component without hooks shows: components are called, as the browser's renderer would. */
export function shownText(node: ComponentChildren): string {
  if (Array.isArray(node)) return node.map(shownText).join('');
  if (typeof node === 'string' || typeof node === 'number') return String(node);
  if (typeof node !== 'object' || node === null) return '';
  const { type, props } = node as VNode<Record<string, unknown>>;
  // Preact types a node's component by other props than its own.
  if (typeof type === 'function') return shownText((type as (props: unknown) => ComponentChildren)(props));
  return shownText(props.children as ComponentChildren);
}
