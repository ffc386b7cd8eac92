import { hash } from 'node:crypto'
import { FleetError } from '../fleet-error.ts'
import { isSafeSegment } from './plan.ts'

const longest = 64
const longestBytes = 255
const longestAgentName = 1_000
// With the digest it fits into `longest`.
const longestReadable = 40
const digestLength = 12

/**
 * The folder to deploy an agent under: the given one, or one made from the agent's name. Two agents never share a folder, not
 * even on a disk that ignores case or normalises names.
 *
 * A name like `Meeting preparer` becomes `meeting-preparer`: a capital letter or a digit first, then `a-z`, `0-9` and single
 * spaces. From any other name its letters and digits are kept, in every script, and 12 characters of its SHA-256 are added:
 * `C++ helper` becomes `c-helper-` and 12 characters. Both Unicode forms of a name (NFC, NFD) are one name.
 *
 * @param name the folder, if you choose it: 1 to 64 letters and digits of any script, `.`, `_` and `-`
 * @param agentName the agent's name, from `config.json`
 * @throws FleetError `NAME_INVALID`; for an agent's name when it is missing, longer than 1,000 characters or not valid Unicode
 * @example
 * toDeploymentName(undefined, 'Meeting preparer') // meeting-preparer
 */
export function toDeploymentName(name: string | undefined, agentName: string | undefined): string {
  if (name !== undefined) return checkDeploymentName(name)
  const agent = checkAgentName(agentName)
  const plain = /^[A-Z0-9][a-z0-9]*(?: [a-z0-9]+)*$/.test(agent) ? agent.toLowerCase().replaceAll(' ', '-') : ''
  if (isDeploymentName(plain) && !endsInDigest.test(plain)) return plain
  return `${toReadable(agent)}-${hash('sha256', agent).slice(0, digestLength)}`
}

const endsInDigest = new RegExp(`-[0-9a-f]{${digestLength}}$`)

/** The same name in one Unicode form. @throws FleetError `NAME_INVALID` */
function checkAgentName(agentName = ''): string {
  if (agentName.trim() === '') throw unusable('the agent has no name in config.json')
  if (agentName.length > longestAgentName) throw unusable('the name in config.json is longer than 1,000 characters')
  if (!agentName.isWellFormed()) throw unusable('the name in config.json is not valid Unicode')
  return agentName.normalize('NFC')
}

function unusable(detail: string): FleetError {
  return new FleetError('NAME_INVALID', { detail: `${detail}; rename it, or pass \`name\``, isForSender: true })
}

/** The letters and digits of a name, for people; the digest beside them tells names apart. */
function toReadable(agent: string): string {
  const words = agent
    .normalize('NFKD')
    .replaceAll(/(?<=\p{Script=Latin})\p{M}+/gu, '')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replaceAll(/[^\p{L}\p{M}\p{N}]+|(?<![\p{L}\p{M}\p{N}])\p{M}+/gu, '-')
    .normalize('NFC')
  const short = Array.from(words.replace(/^[-\p{M}]+/u, ''))
    .slice(0, longestReadable)
    .join('')
  return short.replace(/(?<!-)-+$/, '') || 'agent'
}

/** @throws FleetError `NAME_INVALID` */
export function checkDeploymentName(name: string): string {
  if (isDeploymentName(name)) return name
  throw new FleetError('NAME_INVALID', {
    path: name,
    detail: `use 1 to ${longest} letters and digits, . _ and -, beginning with a letter or digit`,
    isForSender: true,
  })
}

export function isDeploymentName(name: string): boolean {
  if (!/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$/u.test(name) || !isSafeSegment(name)) return false
  // Written in another way it would look the same, and be the same on some disks.
  if (name !== name.normalize('NFC') || /\p{Default_Ignorable_Code_Point}/u.test(name)) return false
  return Array.from(name).length <= longest && Buffer.byteLength(name) <= longestBytes
}
