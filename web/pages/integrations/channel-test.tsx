import { useEffect, useMemo } from 'preact/hooks';
import { client, read } from '../../api.ts';
import { Notice } from '../../components/states.tsx';
import { ChannelTestModel } from '../../models/alerts/channel-test.ts';
import { outcomeTones, testWords } from '../../models/alerts/delivery-words.ts';

const { channels, deliveries } = client.api;

/** A test model that ends with its component. */
export function useChannelTest() {
  const test = useMemo(
    () =>
      new ChannelTestModel({
        send: (id) => read(channels[':id'].test.$post({ param: { id } })),
        read: (id) => read(deliveries[':id'].$get({ param: { id } })),
        moment: () => new Promise((resolve) => setTimeout(resolve, 1000)),
      }),
    [],
  );
  useEffect(() => () => test.stop(), [test]);
  return test;
}

/** What came of a test, as it comes. */
export function ChannelTestOutcome({ test }: { test: InstanceType<typeof ChannelTestModel> }) {
  const failure = test.failure.value;
  const delivery = test.delivery.value;
  if (failure) return <Notice tone="bad">{failure.message}</Notice>;
  if (!delivery) return null;
  const tone = outcomeTones[delivery.outcome];
  return <Notice tone={tone === 'idle' ? 'info' : tone}>{testWords(delivery)}</Notice>;
}
