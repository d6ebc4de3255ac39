import { createContext } from 'preact';
import { secondNow } from '../../clock.ts';

/** When the rows are looked at: now, or the moment of a replay. */
export const TimelineClock = createContext<{ readonly value: number }>(secondNow);
