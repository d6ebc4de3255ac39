import { expect, test } from 'vitest';
import { type Command, findCommands } from '../../web/models/palette.ts';

const command = (label: string, also = ''): Command => ({ id: label, label, also, section: '', run: () => {} });
const commands = [
  command('Sessions'),
  command('Members', 'settings people'),
  command('Set up terraform'),
  command('Fix the sessions list'),
];
const found = (text: string) => findCommands(commands, text).map(({ label }) => label);

test('without words everything is offered, in order', () => {
  expect(found('')).toEqual(commands.map(({ label }) => label));
});

test('the start of a label beats its middle, and a label beats what else finds it', () => {
  expect(found('se')).toEqual(['Sessions', 'Set up terraform', 'Fix the sessions list', 'Members']);
});

test('every word has to be found', () => {
  expect(found('fix list')).toEqual(['Fix the sessions list']);
  expect(found('fix zebra')).toEqual([]);
});
