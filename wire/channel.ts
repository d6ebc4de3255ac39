import * as z from 'zod/mini';
import { limits } from './limits.ts';

const Name = z
  .string()
  .check(
    z.trim(),
    z.minLength(1, 'Give the channel a name.'),
    z.maxLength(limits.maxChannelNameLength, 'Choose a shorter name.'),
  );
const Url = z.string().check(z.trim(), z.minLength(1, 'Enter the address.'), z.maxLength(2048, 'The address is too long.'));

/** An outgoing webhook by Standard Webhooks 1.0; its secret is made by us and shown once. */
export const WebhookSettings = z.object({ kind: z.literal('webhook'), url: Url });

/** What each kind of channel has to be told. It is sealed, and never answered again. */
export const ChannelSettings = z.discriminatedUnion('kind', [WebhookSettings]);
export type ChannelSettings = z.infer<typeof ChannelSettings>;

export type ChannelKind = ChannelSettings['kind'];

/** Body of `POST /api/channels`. */
export const NewChannel = z.object({ name: Name, settings: ChannelSettings });
export type NewChannel = z.infer<typeof NewChannel>;

/** Body of `PATCH /api/channels/:id`: what is left out stays. Settings are replaced as a whole, by others of the same kind. */
export const ChannelPatch = z.object({
  name: z.optional(Name),
  isEnabled: z.optional(z.boolean()),
  settings: z.optional(ChannelSettings),
});
export type ChannelPatch = z.infer<typeof ChannelPatch>;

/** A place that alerts go to. */
export const Channel = z.object({
  id: z.string(),
  kind: z.enum(['webhook'] satisfies ChannelKind[]),
  name: z.string(),
  /** Where it leads, in a few words that hold no secret. */
  leadsTo: z.string(),
  isEnabled: z.boolean(),
  /** Why it was switched off by us; null where a person did it, or it is on. */
  disabledWhy: z.nullable(z.string()),
  createdAt: z.string(),
});
export type Channel = z.infer<typeof Channel>;

export const ChannelList = z.object({ items: z.array(Channel), nextCursor: z.null() });
export type ChannelList = z.infer<typeof ChannelList>;

/** A channel just made, or with a new secret: the only answer that holds it. */
export const ChannelWithSecret = z.extend(Channel, { secret: z.nullable(z.string()) });
export type ChannelWithSecret = z.infer<typeof ChannelWithSecret>;
