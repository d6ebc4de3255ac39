import { expect, test } from 'vitest';
import { formModel } from '../../web/models/form.ts';

const refusal = (over: object) => Object.assign(new Error('Refused.'), { fields: {}, retryAfterMs: undefined }, over);

function form(submit: () => Promise<void>, clock = { nowMs: 1000 }) {
  return formModel(
    { email: '', password: '' },
    { check: ({ email }) => ({ email: email === '' ? 'Enter it.' : undefined }), submit, now: () => clock.nowMs },
  );
}

test('what can be judged here is never sent', async () => {
  let sent = 0;
  const model = form(async () => {
    sent += 1;
  });
  await model.submit();
  expect([sent, model.errors.value.email]).toEqual([0, 'Enter it.']);
});

test("the server's words go to their fields, and typing takes them away", async () => {
  const model = form(() => Promise.reject(refusal({ fields: { email: 'Taken.' } })));
  model.set('email', 'a@b.c');
  await model.submit();
  expect([model.errors.value.email, model.failure.value]).toEqual(['Taken.', null]);
  model.set('email', 'd@b.c');
  expect(model.errors.value.email).toBeUndefined();
});

test('a path of the body that is called otherwise is shown at its field, and a form that is opened again is forgiven', async () => {
  const model = formModel(
    { quietTo: '' },
    {
      check: () => ({}),
      submit: () => Promise.reject(refusal({ fields: { 'quietHours.to': 'At another time.' } })),
      fieldOf: (path) => (path === 'quietHours.to' ? 'quietTo' : path),
      now: () => 0,
    },
  );
  await model.submit();
  expect([model.errors.value.quietTo, model.failure.value]).toEqual(['At another time.', null]);
  model.forgive();
  expect(model.errors.value.quietTo).toBeUndefined();
});

test('words about no field of ours are said above the button', async () => {
  const model = form(() => Promise.reject(refusal({ fields: { other: 'x' } })));
  model.set('email', 'a@b.c');
  await model.submit();
  expect(model.failure.value).toBe('Refused.');
});

test('a throttled form waits as long as it was told', async () => {
  const clock = { nowMs: 1000 };
  let sent = 0;
  const model = form(() => {
    sent += 1;
    return Promise.reject(refusal({ retryAfterMs: 5000 }));
  }, clock);
  model.set('email', 'a@b.c');
  await model.submit();
  await model.submit();
  expect([sent, model.retryAtMs.value]).toEqual([1, 6000]);
  clock.nowMs = 6000;
  await model.submit();
  expect(sent).toBe(2);
});

test('a second press while the first is under way does nothing', async () => {
  let release = () => {};
  let sent = 0;
  const model = form(() => {
    sent += 1;
    return new Promise((resolve) => {
      release = resolve;
    });
  });
  model.set('email', 'a@b.c');
  const first = model.submit();
  await model.submit();
  expect([sent, model.busy.value]).toEqual([1, true]);
  release();
  await first;
  expect(model.busy.value).toBe(false);
});
