import { expect, it } from 'vitest';
import { fieldOf, newIntegration, peopleIn, triggersIn, valuesOf } from '../../../web/models/alerts/code-host-guides.ts';
import type { Integration } from '../../../wire/integration.ts';

const integration: Integration = {
  id: 'int_1',
  kind: 'github',
  name: 'acme/web',
  projectId: 'prj_1',
  agent: 'claude-code',
  triggers: [
    { on: 'comment', template: 'Look at {{url}}' },
    { on: 'label', label: 'flightdeck' },
  ],
  people: { who: 'anyone', names: ['octocat', 'hubot'] },
  webhookPath: '/webhooks/github/int_1',
  apiUrl: null,
  hasAccessToken: true,
  installation: null,
  isPaused: false,
  createdAt: '2026-11-27T12:00:00.000Z',
  createdBy: 'usr_1',
  lastReceivedAt: null,
  lastEvent: null,
};

it('what an integration starts and for whom goes through its form unchanged, templates and all', () => {
  const values = valuesOf(integration);
  expect(triggersIn(values, integration.triggers)).toEqual(integration.triggers);
  expect(peopleIn(values)).toEqual(integration.people);
  expect([values.secret, values.accessToken], 'secrets are never shown').toEqual(['', '']);
});

it('people are named however they are separated, with or without @', () => {
  expect(peopleIn({ ...newIntegration('prj_1'), names: ' @octocat, hubot\n@' })).toEqual({
    who: 'members',
    names: ['octocat', 'hubot'],
  });
});

it('what the server refuses is said at the field that it was typed into', () => {
  const paths = ['name', 'people.names', 'people.names.3', 'triggers.0.label', 'triggers.1.label', 'triggers'];
  expect(paths.map(fieldOf)).toEqual(['name', 'names', 'names', 'label', 'label', 'triggers']);
});
