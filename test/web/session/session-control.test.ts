import { expect, test } from 'vitest';
import { controlWords } from '../../../web/models/session/session-control.ts';

const by = { userId: 'usr_1', name: 'Ada in Flightdeck: no' };

test('a denial is told with its person and the note that they gave, whatever either holds', () => {
  const said = 'Denied by Ada in Flightdeck: no in Flightdeck: not on a Friday';
  expect(controlWords({ action: 'approval_denied', by, note: 'not on a Friday' }, said)).toBe(
    'Denied by Ada in Flightdeck: no: not on a Friday',
  );
  expect(controlWords({ action: 'approval_denied', by }, said)).toBe('Denied by Ada in Flightdeck: no');
});
