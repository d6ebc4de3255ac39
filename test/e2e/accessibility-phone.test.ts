import { everyPageIsAccessible } from './accessible-pages.ts';

everyPageIsAccessible(390);
