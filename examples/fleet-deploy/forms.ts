import * as z from 'zod'

/** Where an agent may go; each is a folder of its own. A form without this field means the least of them. */
const environment = z.enum(['dev', 'staging', 'prod']).default('dev')

/** The form of a webhook that deploys. */
export const DeployInput = z.looseObject({
  environment,
  dry_run: z.boolean().default(false),
  notes: z.string().optional(),
})

/** The form of a webhook that rolls back. */
export const RollbackInput = z.looseObject({ environment })
