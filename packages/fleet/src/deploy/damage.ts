import { FleetError } from '../fleet-error.ts'
import type { ReleaseProblem } from './check-tree.ts'

/** The error for a release that is not what its manifest says. */
export function toDamage(path: string, problems: readonly ReleaseProblem[]): FleetError {
  const [first] = problems
  if (first === undefined)
    return new FleetError('RELEASE_DAMAGED', { path, detail: 'its manifest is missing or damaged' })
  const others = problems.length === 1 ? '' : ` and ${problems.length - 1} more`
  return new FleetError('RELEASE_DAMAGED', {
    path,
    detail: `${JSON.stringify(first.path)} is ${words[first.problem]}${others}`,
  })
}

const words = {
  missing: 'missing',
  extra: 'not part of it',
  changed: 'changed',
  kind: 'a link, or a folder in place of a file',
} as const satisfies Record<ReleaseProblem['problem'], string>
