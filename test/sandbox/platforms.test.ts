import { describe, expect, test } from 'vitest'
import { useBench } from '../support/sandbox/open-sandbox.ts'
import { fleetChecks } from './fleet-checks.ts'
import { invoratecChecks } from './invoratec-checks.ts'
import type { PlatformCheck } from '../support/sandbox/open-platform.ts'
import { platformRows } from './platform-rows.ts'
import { sonzaiChecks } from './sonzai-checks.ts'

const bench = useBench()
const checks: Readonly<Record<keyof typeof platformRows, Readonly<Record<string, PlatformCheck>>>> = {
  sonzai: sonzaiChecks,
  fleet: fleetChecks,
  invoratec: invoratecChecks,
}

describe.each(Object.keys(platformRows) as (keyof typeof platformRows)[])('%s, as documented', (platform) => {
  const rows: readonly string[] = platformRows[platform]

  test('every row has its check, and every check its row', () => {
    expect(Object.keys(checks[platform]).toSorted()).toEqual(rows.toSorted())
  })

  test.each(rows)('%s', async (row) => {
    await checks[platform][row]!(bench)
  })
})
