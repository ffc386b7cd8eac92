import { defineProvider, sharedSecret, withHttps, type Scheme } from 'sallyport/provider'
import { SallyportError, type Provider } from 'sallyport'
import type { BundleLimits } from './bundle/limits.ts'
import { createPublishSchema, type FleetPublish } from './payload/fleet-publish.ts'
import type { InputOf, InputRule } from './payload/read-input.ts'

/**
 * Names of webhooks, each with the schema of its form's values or `'fields'`; or a list of names, all by `'fields'`.
 * `'*'` stands for every webhook that is not named.
 */
export type FleetActions = readonly string[] | Readonly<Record<string, InputRule>>

/** Options of `fleet`. */
export interface FleetOptions<Actions extends FleetActions = FleetActions> {
  /** Header that the webhook's owner put the shared secret in. @default 'authorization' */
  readonly header?: string
  /** Whether the secret stands behind `Bearer `. @default 'optional' */
  readonly bearer?: 'required' | 'optional' | 'never'
  /**
   * The webhooks to receive from, by name. `'fields'` checks the input by the form's definition in the payload itself, as
   * `checkInput` does; a schema decides alone, and sees the form's defaults for values that are missing. A webhook that is
   * not among them is an unknown event.
   *
   * @default ['*']: any webhook, its input by its fields, as events of the type `'*'`
   */
  readonly actions?: Actions
  /**
   * Refuse what did not come over HTTPS: on the connection itself, or, behind a proxy that ends TLS, as the named header
   * says. That proxy has to set the header on every request. @default false
   */
  readonly requireHttps?: boolean | { readonly forwardedBy: string }
  /** Bounds of the bundle. A larger `maxArchiveBytes` takes a larger `maxBodyBytes` on the receiver, by a third. */
  readonly limits?: Partial<BundleLimits>
}

/** Event types and their data: each webhook by its name. */
export type FleetEvents<Actions extends FleetActions> = Actions extends readonly (infer Action extends string)[]
  ? { readonly [Name in Action]: FleetPublish }
  : { readonly [Name in keyof Actions & string]: FleetPublish<RuleInput<Actions, Name>> }

type RuleInput<Actions, Name extends keyof Actions> = Actions[Name] extends InputRule ? InputOf<Actions[Name]> : never

const anyAction = '*'
const longestAction = 256
const mebibyte = 1024 * 1024

/**
 * LangSmith Fleet: agents as they are published (https://docs.langchain.com/langsmith/agent-builder-webhooks). Fleet signs
 * nothing; it sends the headers that the webhook's owner set, and one of them carries the shared secret. It is compared in
 * constant time before the body is read. The event type is the webhook's name; its data is the published agent, the bundle
 * read and checked. Every click is an event of its own: nothing tells duplicates, and deploying is idempotent by digest.
 *
 * A wrong input or a refused bundle is answered 422 with the reason, since Fleet shows the answer to the publisher.
 *
 * @throws SallyportError `PROVIDER_INVALID` for an empty header or an action that no event can have
 * @example
 * const DeployInput = z.object({ environment: z.enum(['dev', 'prod']), dry_run: z.boolean() })
 * createReceiver(fleet({ actions: { 'Deploy to Production': DeployInput, 'Publish agent': 'fields' } }), { secret })
 */
export function fleet<const Actions extends FleetActions = readonly ['*']>(
  options: FleetOptions<Actions> = {},
): Provider<FleetEvents<Actions>> {
  const { limits = {} } = options
  const rules = toRules(options.actions ?? [anyAction])
  const events = Object.fromEntries(rules.map(([name, rule]) => [name, createPublishSchema(rule, limits)]))
  const provider = defineProvider({
    name: 'fleet',
    scheme: toScheme(options),
    identify: ({ body: data }) => ({ type: toType(data['action'], events), data }),
    events,
    maxBodyBytes: 48 * mebibyte,
  })
  return provider as unknown as Provider<FleetEvents<Actions>>
}

function toRules(actions: FleetActions): [name: string, rule: InputRule][] {
  const rules = isList(actions) ? actions.map((name): [string, InputRule] => [name, 'fields']) : Object.entries(actions)
  for (const [name, rule] of rules) {
    if (name === '' || name.length > longestAction) invalid(`an action has 1 to ${longestAction} characters`)
    if (rule !== 'fields' && typeof rule?.['~standard']?.validate !== 'function') {
      invalid(`action "${name}" needs a Standard Schema or 'fields'`)
    }
  }
  return rules
}

function isList(actions: FleetActions): actions is readonly string[] {
  return Array.isArray(actions)
}

/** An action is its own type; one that is not declared has the type `'*'`, where that is. */
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
