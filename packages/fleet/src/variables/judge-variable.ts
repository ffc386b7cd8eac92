import { matchesWildcard } from '../review/policy/patterns.ts'
import { credentialEnds, freelyNamed, steeringVariables, type SteeringKind } from './steering-variables.ts'

/** Which variables an agent may use. */
export interface VariableRules {
  /**
   * The only variables that may be used; `*` matches any characters. One that steers a process needs its exact name:
   * `['*', 'GOOGLE_APPLICATION_CREDENTIALS']` allows that one beside all that steer nothing.
   */
  readonly allow: readonly string[]
}

/**
 * The verdict on a variable. `invalid`: its name is not a plain identifier of at most 128 characters. `forbidden`: it
 * steers a process. `unlisted`: the rules do not allow it.
 */
export type VariableVerdict = 'usable' | 'invalid' | 'forbidden' | 'unlisted'

const identifier = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/

// One expression for all: a payload may ask for a million variables.
const kinds = Object.entries(steeringVariables) as [SteeringKind, readonly string[]][]
const exact = new Map(kinds.flatMap(([kind, names]) => names.map((name) => [name, kind])))
const patterns = kinds.map(([, names]) => {
  const some = names.filter((name) => name.includes('*'))
  return some.length === 0 ? '(?!)' : toExpression(some)
})
const anyPattern = new RegExp(patterns.map((some) => `(${some})`).join('|'))
const isCredential = new RegExp(toExpression(credentialEnds.map((end) => `*_${end}`)))
const isFreelyNamed = new RegExp(toExpression(freelyNamed))

// `NODE_*` becomes `^NODE_`, and `*_EDITOR` becomes `_EDITOR$`: with `^.*` a long name would be walked once for every pattern.
function toExpression(names: readonly string[]): string {
  return names.map((name) => `^${name}$`.replace(/^\^\*|\*\$$/, '').replaceAll('*', '.*')).join('|')
}

/** The kind of process that a variable steers, in upper or lower case, as on Windows; `undefined` if it steers none. */
export function steers(name: string): SteeringKind | undefined {
  // A key `PATH=/tmp` of an environment sets PATH.
  const upper = name.split('=', 1)[0]!.toUpperCase()
  const found = exact.get(upper)
  if (found !== undefined || (isCredential.test(upper) && !isFreelyNamed.test(upper))) return found
  const groups = anyPattern.exec(upper)?.slice(1) ?? []
  return kinds[groups.findIndex((group) => group !== undefined)]?.[0]
}

/** Judges the name of a variable. Without rules, every variable that steers no process is usable. */
export function judgeVariable(name: string, rules?: VariableRules): VariableVerdict {
  if (!identifier.test(name)) return 'invalid'
  if (rules?.allow.includes(name) === true) return 'usable'
  if (steers(name) !== undefined) return 'forbidden'
  return rules === undefined || rules.allow.some((pattern) => matchesWildcard(pattern, name)) ? 'usable' : 'unlisted'
}
