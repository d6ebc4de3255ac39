/** A body that is made as it is read, so that a slow reader holds up the reading of the archive and fills no memory. */
export function streamOf(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}

/** The same of texts, in UTF-8. */
export const textStreamOf = (texts: AsyncGenerator<string>): ReadableStream<Uint8Array> => streamOf(encoded(texts));

async function* encoded(texts: AsyncGenerator<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const text of texts) if (text !== '') yield encoder.encode(text);
}
