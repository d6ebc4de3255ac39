import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { SelectionModel } from '../../../web/models/session/session-selection.ts';
import type { ListGroup } from '../../../web/models/sessions/list-order.ts';

const group = (key: string, ids: string[]): ListGroup => ({ key, heading: key, ids });

function selection() {
  const groups = signal([group('active', ['a', 'b']), group('today', ['c', 'd', 'e'])]);
  return { groups, chosen: new SelectionModel(groups) };
}

test('a row is chosen and let go, and the chosen stand in the order of the list', () => {
  const { chosen } = selection();
  for (const id of ['d', 'a', 'b', 'a']) chosen.toggle(id);
  expect(chosen.chosen.value).toEqual(['b', 'd']);
  expect([chosen.marked.value.has('b'), chosen.marked.value.has('a')]).toEqual([true, false]);
});

test('a range goes from the row that was touched last, in either direction and over days, and adds to what is chosen', () => {
  const { chosen } = selection();
  chosen.toggle('e');
  chosen.toggle('c');
  chosen.extend('a');
  expect(chosen.chosen.value).toEqual(['a', 'b', 'c', 'e']);
  chosen.extend('b');
  expect(chosen.chosen.value).toEqual(['a', 'b', 'c', 'e']);
});

test('a range without a beginning is its end alone', () => {
  const { chosen } = selection();
  chosen.extend('c');
  expect(chosen.chosen.value).toEqual(['c']);
});

test('a range whose beginning has left the list is its end alone', () => {
  const { groups, chosen } = selection();
  chosen.toggle('a');
  expect([chosen.isOn.value, chosen.isTapping.value]).toEqual([true, false]);
  groups.value = [group('today', ['c', 'd', 'e'])];
  chosen.extend('d');
  expect(chosen.chosen.value).toEqual(['d']);
});

test('all that are loaded are chosen at once, and what is loaded later is not among them', () => {
  const { groups, chosen } = selection();
  chosen.all();
  expect(chosen.isAll.value).toBe(true);
  groups.value = [...groups.value, group('yesterday', ['f'])];
  expect(chosen.isAll.value).toBe(false);
  expect(chosen.chosen.value).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('what is filtered away is not chosen, and what is chosen after that does not bring it back', () => {
  const { groups, chosen } = selection();
  const before = groups.value;
  chosen.toggle('a');
  groups.value = [group('today', ['c', 'd', 'e'])];
  expect(chosen.chosen.value).toEqual([]);
  chosen.toggle('c');
  groups.value = before;
  expect(chosen.chosen.value).toEqual(['c']);
});

test('choosing by taps lasts until it is ended, with rows or without', () => {
  const { chosen } = selection();
  chosen.begin();
  expect([chosen.isOn.value, chosen.isTapping.value]).toEqual([true, true]);
  chosen.toggle('a');
  chosen.toggle('a');
  expect(chosen.isOn.value).toBe(true);
  chosen.clear();
  expect([chosen.isOn.value, chosen.isTapping.value, chosen.chosen.value]).toEqual([false, false, []]);
});
