let count = 0;

/** Somebody new to sign up; the name tells whose test they belong to. */
export function person(name: string) {
  count++;
  return {
    email: `${name}.${process.pid}.${count}@example.com`,
    password: 'a long enough password',
    name,
    organization: `${name} works`,
  };
}
