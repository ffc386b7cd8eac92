import { describe, expect, it } from 'vitest'
import { isDryRun } from './dry-run.ts'

describe('isDryRun', () => {
  it.each([true, 'true', 'yes', 'on', '1', 1, 'x', {}, 'False?'])('is true for a value of %j', (value) => {
    expect(isDryRun({ dry_run: value })).toBe(true)
  })

  it.each([false, null, undefined, '', ' ', 'false', 'No', 'OFF', '0', 0])('is false for a value of %j', (value) => {
    expect(isDryRun({ dry_run: value })).toBe(false)
  })

  it.each(['dry_run', 'dryRun', 'dry-run', 'Dry Run', 'DRY_RUN'])('reads a field called %j', (name) => {
    expect(isDryRun({ environment: 'prod', [name]: true })).toBe(true)
  })

  it('is false without such a field', () => {
    expect(isDryRun({})).toBe(false)
    expect(isDryRun({ dry: true, run: true, laundry_run: true })).toBe(false)
  })
})
