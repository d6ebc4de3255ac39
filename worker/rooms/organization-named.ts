/** The organization whose object this is: the object's name is the organization's id. */
export function organizationNamed({ name }: DurableObjectId): string {
  if (name === undefined) throw new Error('an organization’s object is addressed by the name of its organization');
  return name;
}
