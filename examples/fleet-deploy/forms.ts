import * as z from 'zod'

/** Ticked, nothing is written. */
const dry_run = z.boolean().default(false)

/** Where an agent is deployed; each environment is a folder. The default is the least critical one. */
const environment = z.enum(['dev', 'staging', 'prod']).default('dev')

/** Form of a webhook that deploys. */
export const DeployInput = z.looseObject({
  environment,
  dry_run,
  notes: z.string().optional(),
})

/** Form of a webhook that rolls back. */
export const RollbackInput = z.looseObject({ environment, dry_run })
