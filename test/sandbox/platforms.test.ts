import { describe, it } from 'vitest'
import { useBench } from '../support/sandbox/open-sandbox.ts'
import { fleetChecks } from './fleet-checks.ts'
import { invoratecChecks } from './invoratec-checks.ts'
import { langsmithChecks } from './langsmith-checks.ts'
import { sonzaiChecks } from './sonzai-checks.ts'

const bench = useBench()

describe.each([
  ['Sonzai', sonzaiChecks],
  ['Fleet', fleetChecks],
  ['Invoratec', invoratecChecks],
  ['LangSmith', langsmithChecks],
])('%s, as documented', (_platform, checks) => {
  it.each(Object.entries(checks))('%s', async (_row, check) => {
    await check(bench)
  })
})
