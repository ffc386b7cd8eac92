import { hash } from 'node:crypto'
import { FleetError } from '../fleet-error.ts'
import type { History } from './history.ts'
import { readManifest } from './manifest.ts'
import type { ReleaseStore } from './release-store.ts'

/** The agent of each release by digest, empty for one without a name. A release is absent if nothing says whose it is. */
export type Owners = ReadonlyMap<string, string>

const longest = 256
const hashed = 'sha256:'

/** What tells agents apart in manifests: the name in one Unicode form; for a long one its digest. */
export function toAgentIdentity(agentName = ''): string {
  const name = agentName.normalize('NFC')
  return name.length > longest || name.startsWith(hashed) ? hashed + hash('sha256', name) : name
}

/** Reads which agents the releases are of: by their manifests, else by the history, also for releases that are gone. */
export async function readOwners(
  { releases }: ReleaseStore,
  digests: readonly string[],
  history: History,
): Promise<Owners> {
  const owners = new Map<string, string>()
  const add = (digest: string, agent: string | undefined) => agent !== undefined && owners.set(digest, agent)
  for (const { digest, agent } of history) add(digest, agent)
  for (const digest of digests) add(digest, (await readManifest(releases, digest))?.agent)
  return owners
}

/**
 * An agent without a name can only be deployed under a name that the operator chose, so it is not held against others.
 *
 * @throws FleetError `DEPLOYMENT_TAKEN` when a release is of an agent with another name
 */
export function checkOwners(name: string, agent: string, owners: Owners): void {
  for (const owner of owners.values()) if (differ(owner, agent)) throw toTaken(name, owner, agent)
}

/** Whether two releases may be of one agent. */
export function mayShareOwner(owners: Owners, one: string | undefined, other: string): boolean {
  return one === undefined || !differ(owners.get(one), owners.get(other))
}

function differ(one = '', other = ''): boolean {
  return one !== '' && other !== '' && one !== other
}

/** The error for a deployment of `owner` that was to get a release of `agent`. */
export function toTaken(name: string, owner = '', agent = ''): FleetError {
  const detail = `it is of ${JSON.stringify(owner)}, not of ${JSON.stringify(agent)}`
  return new FleetError('DEPLOYMENT_TAKEN', { path: name, detail, isForSender: true })
}
