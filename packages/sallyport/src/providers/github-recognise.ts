import type { JsonObject } from '../verify/decode.ts'
import { githubEventTypes, type GithubEventType, type GithubRule } from './github-event-types.ts'

interface ReadyRule {
  readonly type: GithubEventType
  readonly has: readonly (readonly string[])[]
  readonly lacks: readonly string[]
  readonly only: ReadonlySet<string> | undefined
  readonly actions: readonly string[]
  readonly isCertain: boolean
}

const ofEveryEvent = ['action', 'repository', 'sender', 'organization', 'enterprise', 'installation']

const toWords = (text = ''): string[] => (text === '' ? [] : text.split(' '))

const rules: readonly ReadyRule[] = Object.entries<GithubRule>(githubEventTypes).map(([type, rule]) => ({
  type: type as GithubEventType,
  has: toWords(rule.has ?? rule.mayHave).map((path) => path.split('.')),
  lacks: toWords(rule.lacks),
  only: rule.only === undefined ? undefined : new Set([...ofEveryEvent, ...toWords(rule.only)]),
  actions: toWords(rule.actions),
  isCertain: rule.has !== undefined && rule.only === undefined,
}))

/**
 * The event type a signed body shows itself to be; `undefined` when none, or more than one, fits. A body matches one type at
 * most, so a changed header cannot turn a replayed delivery into another event.
 */
export function readGithubEvent(body: JsonObject): GithubEventType | undefined {
  const fitting = rules.filter((rule) => fits(rule, body))
  return fitting.length === 1 ? fitting[0]!.type : undefined
}

/** Whether every body of an event is recognised, so that an unrecognised one is not of this type. */
export function isAlwaysRecognised(type: string): boolean {
  return rules.some((rule) => rule.type === type && rule.isCertain)
}

function fits({ has, lacks, only, actions }: ReadyRule, body: JsonObject): boolean {
  if (!has.every((path) => hasPath(body, path)) || lacks.some((name) => Object.hasOwn(body, name))) return false
  if (only === undefined) return true
  const { action } = body
  const isKnownAction = actions.length === 0 ? action === undefined : actions.includes(action as string)
  return isKnownAction && Object.keys(body).every((name) => only.has(name))
}

function hasPath(body: JsonObject, [name = '', inner]: readonly string[]): boolean {
  if (!Object.hasOwn(body, name)) return false
  const value = body[name]
  return inner === undefined || (typeof value === 'object' && value !== null && Object.hasOwn(value, inner))
}
