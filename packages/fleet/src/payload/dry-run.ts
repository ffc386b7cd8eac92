import type { FleetInput } from './check-input.ts'

const off: readonly unknown[] = [undefined, null, false, 0, '', '0', 'false', 'no', 'off']

/**
 * Whether the form asks for a dry run: a field called `dry_run` (also `dryRun`, `dry-run`, `Dry Run`) is ticked. Anything counts
 * as ticked but a missing value, `null`, `false`, `0`, and the texts `no`, `off`, `false`, `0` and an empty one: a doubtful value
 * must not deploy.
 *
 * @param input values of the form, as in `data.input`
 * @example
 * if (!isDryRun(data.input)) await deployBundle(data.bundle, '/srv/agents')
 */
export function isDryRun(input: FleetInput): boolean {
  return Object.entries(input).some(
    ([name, value]) =>
      name.toLowerCase().replaceAll(/[\s_-]/g, '') === 'dryrun' &&
      !off.includes(typeof value === 'string' ? value.trim().toLowerCase() : value),
  )
}
