import { it } from 'vitest';
import { openDb } from '../../worker/store/db.ts';
import { costReportsAgree } from '../store/sessions/cost-property.ts';
import { LocalD1 } from './local-d1.ts';
import { Sky } from './weather.ts';

it('a cost report comes to the same by whatever it is, and to what the sessions cost, at every moment', async () => {
  await costReportsAgree(openDb(new LocalD1(new Sky()).binding), 60);
});
