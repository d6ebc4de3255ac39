import { expect, it } from 'vitest';
import { network64 } from '../../worker/middleware/throttle.ts';

it('takes a whole IPv6 network for one address, however it is written', () => {
  expect(network64('2001:DB8:1:2:3:4:5:6')).toBe('2001:db8:1:2');
  expect(network64('2001:db8::1')).toBe('2001:db8:0:0');
  expect(network64('2001:db8:1::')).toBe('2001:db8:1:0');
  expect(network64('::1')).toBe('0:0:0:0');
  expect(network64('1::2:3:4:5:6:7')).toBe('1:0:2:3');
});
