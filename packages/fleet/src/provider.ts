import {
  allow,
  checkOptions,
  type OptionRules,
  defineProvider,
  sharedSecret,
  withHttps,
  type Scheme,
} from 'sallyport/provider'
import { SallyportError, type Provider } from 'sallyport'
import { toLimits, type BundleLimits } from './bundle/limits.ts'
import { createPublishSchema, type FleetPublish } from './payload/fleet-publish.ts'
import type { InputOf, InputRule } from './payload/read-input.ts'

/**
 * Names of webhooks, each with the schema of its input or `'fields'`; or a list of names, all with `'fields'`. `'*'` means every
 * webhook that is not named.
 */
export type FleetActions = readonly string[] | Readonly<Record<string, InputRule>>

/** Options of `fleet`. */
export interface FleetOptions<Actions extends FleetActions = FleetActions> {
  /** Header with the shared secret, as set by the webhook's owner. @default 'authorization' */
  readonly header?: string | undefined
  /** Whether `Bearer ` precedes the secret. @default 'optional' */
  readonly bearer?: 'required' | 'optional' | 'never' | undefined
  /**
   * The webhooks to receive, by name. `'fields'` checks the input against the form's definition in the payload, as `checkInput`
   * does. A schema replaces that check; it sees the form's defaults for missing values. Any other webhook is an unknown event.
   *
   * @default ['*']: every webhook, with `'fields'`, as events of type `'*'`
   */
  readonly actions?: Actions | undefined
  /**
   * Reject deliveries without HTTPS. `true` checks the connection itself; behind a proxy that ends TLS, name the header that
   * the proxy sets on every request. @default false
   */
  readonly requireHttps?: boolean | { readonly forwardedBy: string } | undefined
  /** Limits of the bundle. For a larger `maxArchiveBytes`, raise the receiver's `maxBodyBytes` to four thirds of it. */
  readonly limits?: BundleLimits | undefined
}

/** Event types and their data: each webhook by its name. */
export type FleetEvents<Actions extends FleetActions> = Actions extends readonly (infer Action extends string)[]
  ? { readonly [Name in Action]: FleetPublish }
  : { readonly [Name in keyof Actions & string]: FleetPublish<RuleInput<Actions, Name>> }

type RuleInput<Actions, Name extends keyof Actions> = Actions[Name] extends InputRule ? InputOf<Actions[Name]> : never

const optionRules: OptionRules<FleetOptions> = {
  header: allow.text,
  bearer: allow.oneOf('required', 'optional', 'never'),
  actions: allow.either(allow.listOf(allow.text, 'names'), { ...allow.record, allowed: 'an object of rules by name' }),
  requireHttps: allow.either(allow.flag, {
    allowed: '{ forwardedBy: header }',
    accepts: (value) => typeof (value as { readonly forwardedBy?: unknown } | null)?.forwardedBy === 'string',
  }),
  limits: allow.record,
}

const anyAction = '*'
const longestAction = 256
const mebibyte = 1024 * 1024

/**
 * LangSmith Fleet: receives published agents (https://docs.langchain.com/langsmith/agent-builder-webhooks). Fleet signs nothing.
 * It sends the headers that the webhook's owner set; one of them is the shared secret, compared in constant time before the body
 * is read. The event type is the webhook's name; the data is the published agent, with its checked bundle. Every click is a new
 * event: there are no duplicates to detect, and deploying is idempotent by digest.
 *
 * An invalid input or bundle is answered 422 with the reason, because Fleet shows the answer to the publisher.
 *
 * @throws SallyportError `PROVIDER_INVALID` for an empty header or an invalid action
 * @example
 * const DeployInput = z.object({ environment: z.enum(['dev', 'prod']), dry_run: z.boolean() })
 * createReceiver(fleet({ actions: { 'Deploy to Production': DeployInput, 'Publish agent': 'fields' } }), { secret })
 */
export function fleet<const Actions extends FleetActions = readonly ['*']>(
  options: FleetOptions<Actions> = {},
): Provider<FleetEvents<Actions>> {
  checkOptions('fleet()', options, optionRules)
  const { limits = {} } = options
  toLimits(limits)
  const rules = toRules(options.actions ?? [anyAction])
  const events = Object.fromEntries(rules.map(([name, rule]) => [name, createPublishSchema(rule, limits)]))
  const provider = defineProvider({
    name: 'fleet',
    scheme: toScheme(options),
    identify: ({ body: data }) => ({ type: toType(data['action'], events), data }),
    events,
    maxBodyBytes: 48 * mebibyte,
    longText: ['files', 'content_base64'],
  })
  return provider as unknown as Provider<FleetEvents<Actions>>
}

function toRules(actions: FleetActions): [name: string, rule: InputRule][] {
  const rules = isList(actions) ? actions.map((name): [string, InputRule] => [name, 'fields']) : Object.entries(actions)
  for (const [name, rule] of rules) {
    if (name === '' || name.length > longestAction) invalid(`an action must have 1 to ${longestAction} characters`)
    if (rule !== 'fields' && typeof rule?.['~standard']?.validate !== 'function') {
      invalid(`action "${name}" needs a Standard Schema or 'fields'`)
    }
  }
  return rules
}

function isList(actions: FleetActions): actions is readonly string[] {
  return Array.isArray(actions)
}

/** The type of an event is its action, or `'*'` if that is declared and the action is not. */
function toType(action: unknown, events: object): unknown {
  const isName = typeof action === 'string' && action !== '' && action.length <= longestAction
  return isName && !Object.hasOwn(events, action) && Object.hasOwn(events, anyAction) ? anyAction : action
}

function toScheme({ header = 'authorization', bearer = 'optional', requireHttps = false }: FleetOptions): Scheme {
  if (header === '') invalid('the header with the shared secret needs a name')
  const scheme = sharedSecret({ header, bearer })
  if (requireHttps === false) return scheme
  return withHttps(scheme, requireHttps === true ? {} : { forwardedHeader: requireHttps.forwardedBy })
}

function invalid(detail: string): never {
  throw new SallyportError('PROVIDER_INVALID', `fleet: ${detail}`)
}
