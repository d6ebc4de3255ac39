import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { limits } from '../../../wire/limits.ts';
import { openBody } from '../../../worker/adapters/otlp/body.ts';

const exportOf = (size: number) => `{"resourceLogs":[],"a":"${'x'.repeat(size - 26)}"}`;
const opened = (text: string) => openBody({ contentType: 'application/json', contentEncoding: 'gzip', bytes: gzipSync(text) });

it('a gzipped export is read up to the cap, to the byte, and not beyond', () => {
  for (let size = 1000; size <= limits.maxOtlpBytes; size = Math.ceil(size * 1.3)) {
    expect(exportOf(size)).toHaveLength(size);
    expect(opened(exportOf(size)), `${size} bytes`).toMatchObject({ ok: true });
  }
  expect(opened(exportOf(limits.maxOtlpBytes))).toMatchObject({ ok: true });
  expect(opened(exportOf(limits.maxOtlpBytes + 1))).toMatchObject({ ok: false, code: 'too_large' });
});
