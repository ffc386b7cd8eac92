import { FleetError } from '../fleet-error.ts'
import { isSafeSegment } from './plan.ts'

const longest = 64

/**
 * The name to deploy a bundle under: the given one, or the agent's in lower case with `-` for everything but letters and
 * digits.
 *
 * @param name the name, if you choose it
 * @param agentName the agent's name, from `config.json`
 * @throws FleetError `NAME_INVALID`
 * @example
 * toDeploymentName(undefined, 'Meeting preparer') // meeting-preparer
 */
export function toDeploymentName(name: string | undefined, agentName: string | undefined): string {
  if (name !== undefined) return checkDeploymentName(name)
  const slug = (agentName ?? '')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, longest)
    .replaceAll(/^-+|-+$/g, '')
  if (isDeploymentName(slug)) return slug
  const detail = 'the name in config.json does not make a folder name; pass `name`'
  throw new FleetError('NAME_INVALID', agentName === undefined ? { detail } : { path: agentName, detail })
}

/** @throws FleetError `NAME_INVALID` */
export function checkDeploymentName(name: string): string {
  if (isDeploymentName(name)) return name
  throw new FleetError('NAME_INVALID', {
    path: name,
    detail: `use 1 to ${longest} of A-Z a-z 0-9 . _ -, beginning with a letter or digit`,
  })
}

export function isDeploymentName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && name.length <= longest && isSafeSegment(name)
}
