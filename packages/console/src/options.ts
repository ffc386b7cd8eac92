import type { BundlePolicy } from '@sallyport/fleet'
import type { Receiver } from 'sallyport'
import { allow, checkOptions, longestTimer, type OptionRules } from 'sallyport/provider'
import type { DeliveryRecord } from 'sallyport/record'
import type { AuditEntry } from './api.ts'
import type { Authorize, BodySettings } from './authorize.ts'
import { invalidOption } from './console-error.ts'
import type { ConsoleInbox } from './store.ts'

/** What a console needs of a receiver. */
type ConsoleReceiver = Pick<Receiver, 'provider' | 'inbox' | 'checkStored'>

/** What a console needs of `anyOf`. */
interface ConsoleSenders extends Pick<Receiver, 'checkStored'> {
  readonly receivers: Readonly<Record<string, ConsoleReceiver>>
}

/** Options of `createConsole`. */
export interface ConsoleOptions {
  /** Says what the sender of a request may do. Called for every request. */
  readonly authorize: Authorize
  /** The inbox to look at, or an engine that is started. @default the inbox of the receivers */
  readonly inbox?: ConsoleInbox | undefined
  /** Receivers, and what `anyOf` returns, to verify and validate stored events again. @default none */
  readonly receivers?: readonly (ConsoleReceiver | ConsoleSenders)[] | undefined
  /** What `recordDeliveries()` returned: for refused deliveries, and for recent ones without an inbox. @default none */
  readonly record?: DeliveryRecord | undefined
  /** Path that it is mounted at, where the host does not say it: `fetch`, `node:http` and Koa. @default '/' */
  readonly basePath?: string | undefined
  /** Path that browsers see it at, where a proxy removes a part of it. @default the path it is mounted at */
  readonly publicPath?: string | undefined
  /** Addresses that visitors use, as `https://example.com`, where a proxy changes the host. @default the request's host */
  readonly origins?: readonly string[] | undefined
  /** Shown in the title. @default only the name of the store */
  readonly title?: string | undefined
  /** How bodies of events are shown. @default after a click to `view`, at once to `operate` */
  readonly bodies?: BodySettings | undefined
  /** Further headers and URL parameters whose values are hidden, by name. @default none */
  readonly redact?: readonly string[] | undefined
  /** Folder of deployed agents, as for `deployBundle`. @default no page of agents */
  readonly agents?: string | undefined
  /** The policy that agents are checked against. @default none */
  readonly policy?: BundlePolicy | undefined
  /** Takes replay, discard and roll back from everybody. @default false */
  readonly readOnly?: boolean | undefined
  /** Called with everything that is done or refused, to be stored: the console keeps the latest 700 in memory. */
  readonly onAudit?: ((entry: AuditEntry) => unknown) | undefined
  /** Milliseconds to wait for the store before a page gets a 503. @default 10_000 */
  readonly storeTimeoutMs?: number | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
}

const displays = allow.oneOf('show', 'click', 'mask', 'hide')

const bodyRules: OptionRules<BodySettings> = { view: displays, operate: displays }

const path = {
  allowed: "a path that begins with '/'",
  accepts: (value: unknown) => typeof value === 'string' && /^\/(?!\/)[^?#\\]*$/.test(value),
}

const origin = {
  allowed: "an origin as 'https://example.com'",
  accepts: (value: unknown) => typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value,
}

const rules: OptionRules<ConsoleOptions> = {
  authorize: {
    ...allow.required(allow.function),
    explain: () => "it says who may do what: (request) => isAdmin(request) ? 'operate' : 'none'",
  },
  inbox: {
    ...allow.having('an inbox or a started engine', 'list', 'get', 'count', 'stats', 'replay', 'discard'),
    explain: (value) => {
      if (typeof value === 'string') return 'pass what createInbox returns'
      return typeof value === 'function' ? 'call it' : undefined
    },
  },
  receivers: allow.listOf(allow.having('a receiver', 'checkStored'), 'receivers, as createReceiver makes them'),
  record: allow.having('what recordDeliveries() returns', 'recent', 'refused', 'counts'),
  basePath: path,
  publicPath: path,
  origins: allow.listOf(origin, "origins as 'https://example.com'"),
  title: allow.filled,
  bodies: allow.record,
  redact: allow.listOf(allow.filled, 'names of headers and URL parameters'),
  agents: allow.filled,
  policy: allow.record,
  readOnly: allow.flag,
  onAudit: allow.function,
  storeTimeoutMs: allow.above0(longestTimer),
  now: allow.function,
}

/** Options with every default filled in. */
export interface Settings {
  readonly authorize: Authorize
  readonly inbox: ConsoleInbox | undefined
  readonly receivers: readonly ConsoleReceiver[]
  readonly record: DeliveryRecord | undefined
  readonly basePath: string
  readonly publicPath: string | undefined
  readonly origins: readonly string[]
  readonly title: string | undefined
  readonly bodies: BodySettings
  readonly redact: readonly string[]
  readonly agents: string | undefined
  readonly policy: BundlePolicy | undefined
  readonly readOnly: boolean
  readonly onAudit: ConsoleOptions['onAudit']
  readonly storeTimeoutMs: number
  readonly now: () => number
}

/** Checks options and fills in defaults. @throws ConsoleError `CONSOLE_OPTION_INVALID` */
export function toSettings(options: ConsoleOptions): Settings {
  checkOptions('createConsole', options, rules, invalidOption)
  const { bodies = {}, record, agents, policy } = options
  const receivers = (options.receivers ?? []).flatMap((one) =>
    'provider' in one ? [one] : Object.values(one.receivers),
  )
  checkOptions('createConsole: bodies', bodies, bodyRules, invalidOption)
  const inbox = options.inbox ?? findInbox(receivers)
  if (inbox === undefined && record === undefined && agents === undefined)
    invalidOption('createConsole: there is nothing to show; pass inbox, receivers with an inbox, record or agents')
  if (policy !== undefined && agents === undefined) invalidOption('createConsole: policy needs agents')
  const { basePath = '/', publicPath, origins = [], title, redact = [], readOnly = false, onAudit } = options
  const { authorize, storeTimeoutMs = 10_000, now = Date.now } = options
  return {
    authorize,
    inbox,
    receivers,
    record,
    basePath,
    publicPath,
    origins,
    title,
    bodies,
    redact,
    agents,
    policy,
    readOnly,
    onAudit,
    storeTimeoutMs,
    now,
  }
}

function findInbox(receivers: Settings['receivers']): ConsoleInbox | undefined {
  const inboxes = new Set(receivers.flatMap(({ inbox }) => (inbox === undefined ? [] : [inbox])))
  if (inboxes.size > 1) invalidOption('createConsole: the receivers have different inboxes; pass one as inbox')
  return [...inboxes][0]
}
