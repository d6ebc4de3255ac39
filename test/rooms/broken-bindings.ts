import type { Weather } from '../simulation/weather.ts';

/** Fails as the weather has it: before anything happened (`down`), or after, when only the answer is lost (`mute`). */
async function through<T>(weather: Weather, work: () => Promise<T>): Promise<T> {
  if (weather === 'down') throw new Error('unreachable');
  const result = await work();
  if (weather === 'mute') throw new Error('the connection was lost');
  return result;
}

/** The real D1 behind a bad connection: the part of its interface that drizzle uses. */
export function brokenD1(real: D1Database, weather: Weather): D1Database {
  if (weather === 'fair') return real;
  const broken = {
    prepare: (sql: string) => brokenStatement(real.prepare(sql), weather),
    batch: (statements: ReturnType<typeof brokenStatement>[]) =>
      through(weather, () => real.batch(statements.map((one) => one.real))),
  };
  return broken as unknown as D1Database;
}

function brokenStatement(real: D1PreparedStatement, weather: Weather) {
  return {
    real,
    bind: (...params: unknown[]) => brokenStatement(real.bind(...params), weather),
    all: () => through(weather, () => real.all()),
    run: () => through(weather, () => real.run()),
    raw: () => through(weather, () => real.raw()),
  };
}

/** The real R2 behind a bad connection: the part of its interface that a room uses. */
export function brokenArchive(real: R2Bucket, weather: Weather): R2Bucket {
  if (weather === 'fair') return real;
  const broken = {
    put: (...args: Parameters<R2Bucket['put']>) => through(weather, () => real.put(...args)),
    list: (options: R2ListOptions) => through(weather, () => real.list(options)),
    delete: (keys: string[]) => through(weather, () => real.delete(keys)),
  };
  return broken as unknown as R2Bucket;
}
