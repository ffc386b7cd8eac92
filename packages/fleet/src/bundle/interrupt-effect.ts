import { isPlainObject } from './read-text.ts'

/** Whether the runtime stops a call of the tool until a person approves. */
export type InterruptEffective = 'yes' | 'no' | 'unknown'

/** Why an interrupt has an effect, or none. */
export type InterruptReasonCode =
  | 'tool-name'
  | 'switched-off'
  | 'server-in-key'
  | 'no-decisions'
  | 'no-setting'
  | 'tool-not-listed'
  | 'unknown-decisions'
  | 'condition'
  | 'unreadable-value'

/** Why an interrupt has an effect, or none: a stable code and a sentence without text of the bundle. */
export interface InterruptReason {
  readonly code: InterruptReasonCode
  readonly message: string
}

/** What an interrupt does at run time. */
export interface InterruptEffect {
  readonly effective: InterruptEffective
  readonly reason: InterruptReason
}

// What `fleet-deepagents-export` 0.0.1 hands to `create_deep_agent` of deepagents 0.7.8, read in August 2026: the keys of
// `interrupt_config` are unchanged and compared with the names of tools, which have no prefix of their server.
const effects = {
  'tool-name': ['yes', 'the key is the name of the tool'],
  'switched-off': ['no', 'it is switched off'],
  'server-in-key': ['no', 'its key has the server in it, but the runtime compares the name of the tool only'],
  'no-decisions': ['no', 'it allows no decisions, so the runtime takes it as switched off'],
  'no-setting': ['no', 'no interrupt has the name of the tool'],
  'tool-not-listed': [
    'unknown',
    'its key is not the name of a tool in this tools.json; the runtime may have such a tool',
  ],
  'unknown-decisions': ['unknown', 'its allowed_decisions are not a list of approve, edit, reject and respond'],
  condition: ['unknown', 'it has a condition (when), which the runtime cannot take from JSON'],
  'unreadable-value': ['unknown', 'its value is null, and the runtime does not load such an agent'],
} as const satisfies Record<InterruptReasonCode, readonly [InterruptEffective, string]>

/** The effect with this reason. */
export function toEffect(code: InterruptReasonCode): InterruptEffect {
  const [effective, message] = effects[code]
  return { effective, reason: { code, message } }
}

/** A value of `interrupt_config`. */
export type InterruptValue = boolean | null | Readonly<Record<string, unknown>>

/** Whether a value is one that the runtime, or a person, can make something of. */
export function isInterruptValue(value: unknown): value is InterruptValue {
  return typeof value === 'boolean' || value === null || isPlainObject(value)
}

/** Whether a value asks for an approval, as the runtime reads it. */
export function isEnabled(value: InterruptValue): boolean {
  return isPlainObject(value) ? isTruthy(value['allowed_decisions']) : value === true
}

// As in Python: empty lists, texts and objects are false.
function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value)
}

const decisions = new Set<unknown>(['approve', 'edit', 'reject', 'respond'])

/** The decisions that an object allows, if it is a list of names. */
export function readDecisions(value: InterruptValue): readonly string[] | undefined {
  const allowed = isPlainObject(value) ? value['allowed_decisions'] : undefined
  return Array.isArray(allowed) && allowed.every((one) => decisions.has(one)) ? (allowed as string[]) : undefined
}

/** What the runtime makes of one entry of `interrupt_config`. */
export function judgeInterrupt(value: InterruptValue, hasServer: boolean, isListed: boolean): InterruptEffect {
  if (value === null) return toEffect('unreadable-value')
  if (value === false) return toEffect('switched-off')
  if (!isEnabled(value)) return toEffect('no-decisions')
  if (hasServer) return toEffect('server-in-key')
  if (!isListed) return toEffect('tool-not-listed')
  if (value === true) return toEffect('tool-name')
  if ((value['when'] ?? null) !== null) return toEffect('condition')
  return toEffect(readDecisions(value) === undefined ? 'unknown-decisions' : 'tool-name')
}
