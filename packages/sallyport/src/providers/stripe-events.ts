import type { EventsOf } from '../verify/provider.ts'
import * as z from 'zod'
import { listTypes, type TypesOf } from './event-table.ts'
import { inBothVersions, inFirstVersion, inSecondVersion } from './stripe-event-types.ts'

/** `event.data` of every Stripe event: the object concerned, and for updates what it was before. */
const StripeData = z.looseObject({
  object: z.looseObject({}),
  previous_attributes: z.looseObject({}).nullish(),
})

/** `event.data` of an event of API v2, thin ones included: the whole body. Fetch the related object by its id. */
const StripeThinEvent = z.looseObject({
  id: z.string(),
  object: z.string(),
  type: z.string(),
  created: z.string().nullish(),
  livemode: z.boolean().nullish(),
  context: z.string().nullish(),
  related_object: z
    .looseObject({ id: z.string().nullish(), type: z.string().nullish(), url: z.string().nullish() })
    .nullish(),
  reason: z.looseObject({}).nullish(),
  data: z.unknown().optional(),
})

type SnapshotType = TypesOf<typeof inBothVersions> | TypesOf<typeof inFirstVersion>
type ThinType = `v1.${TypesOf<typeof inBothVersions>}` | TypesOf<typeof inSecondVersion>

function schemasFor<Type extends string, Schema>(types: readonly Type[], schema: Schema): Record<Type, Schema> {
  return Object.fromEntries(types.map((type) => [type, schema])) as Record<Type, Schema>
}

const both = listTypes(inBothVersions)

/** Schemas by event type: all that Stripe lists. */
export const stripeEvents: Readonly<
  Record<SnapshotType, typeof StripeData> & Record<ThinType, typeof StripeThinEvent>
> = {
  ...schemasFor([...both, ...listTypes(inFirstVersion)], StripeData),
  ...schemasFor([...both.map((type) => `v1.${type}` as const), ...listTypes(inSecondVersion)], StripeThinEvent),
}

/** Data types by event type. */
export type StripeEvents = EventsOf<typeof stripeEvents>
