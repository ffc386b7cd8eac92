import { randomBytes } from 'node:crypto'
import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { checkProvider } from '../verify/check-provider.ts'
import { isJsonObject } from '../verify/decode-form.ts'
import { formType } from '../verify/head.ts'
import { toHeaderList } from '../verify/header-list.ts'
import type { Delivery } from '../verify/delivery.ts'
import type { EventMap, Provider } from '../verify/provider.ts'
import { claimHeader } from './derive/claim-header.ts'
import { planOwn, type PlannedDelivery } from './derive/plan-own.ts'
import { isForm, toFields, toForm } from './derive/form-body.ts'
import { isObject } from './derive/write-time.ts'
import type { Fixture } from './fixtures/fixture.ts'
import { fixtures } from './fixtures/index.ts'
import { awsSns } from './signers/aws-sns.ts'
import { signers } from './signers/index.ts'
import type { SignedParts, Signer } from './signers/signer.ts'

const signersByName: Readonly<Record<string, Signer | undefined>> = { ...signers, 'aws-sns': awsSns }

/** What to sign. */
export interface SignOptions {
  /** As configured at the receiver; several sign side by side where the sender does so during rotation. */
  readonly secret: string | readonly string[]
  /** Event type. @default the first the provider declares */
  readonly type?: string | undefined
  /**
   * The whole body: bytes or text as they are, `URLSearchParams` as a form, anything else as JSON. @default a realistic fixture of
   * the event; a provider of your own needs one, unless its `identify` and schema take a made-up body
   */
  readonly body?: unknown
  /**
   * Changes the body before it is signed, where that is an object, a list or a form. As a receiver reads it: a form is an object of
   * its fields, and a list is `{ items: [...] }`.
   */
  readonly edit?: ((body: Record<string, unknown>) => unknown) | undefined
  /**
   * Time of signing, milliseconds since 1970. Where a provider of your own reads the time from the body, it is written into a body
   * that is an object: if it is missing there, or if you pass `now`. @default now
   */
  readonly now?: number | undefined
  /** Event id, for senders that have one. @default random */
  readonly id?: string | undefined
  /** @default 'POST' */
  readonly method?: string | undefined
  /** @default '/' */
  readonly url?: string | undefined
  /**
   * Further headers; they replace equal ones in any case, and `undefined` removes. A derived signer signs them where the scheme
   * covers them.
   */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined
  /** Makes the signature headers. @default the signer of the provider's name, else one derived from its scheme */
  readonly signer?: Signer | undefined
}

const secret = allow.secret(allow.filled)

const rules: OptionRules<SignOptions> = {
  secret: allow.required(allow.either(secret, allow.listOf(secret, 'strings'))),
  type: allow.text,
  body: allow.anything,
  edit: allow.function,
  now: allow.number(-Infinity),
  id: allow.text,
  method: allow.text,
  url: allow.text,
  headers: allow.record,
  signer: allow.function,
}

/** A signed delivery, with its headers also as a plain object to send it by. */
export interface SignedDelivery extends Omit<Delivery, 'receivedAt'> {
  readonly plainHeaders: Record<string, string>
  /** As `fetch` takes it: bytes that no other thread shares. */
  readonly body: Uint8Array<ArrayBuffer>
}

/**
 * Signs a delivery as its sender would, for testing an endpoint. A provider of your own is signed by what its scheme says.
 *
 * @throws SallyportError `OPTION_INVALID` when a scheme is code and no `signer` is given, or when a provider of your own needs a
 * `body`; `SECRET_INVALID` for a secret that its scheme cannot sign with
 * @example
 * const delivery = signDelivery(sonzai(), { secret: 'whsec_test', type: 'on_wakeup_ready' })
 * await fetch(url, { method: 'POST', headers: delivery.plainHeaders, body: delivery.body })
 */
export function signDelivery<Events extends EventMap>(
  provider: Provider<Events>,
  options: SignOptions,
): SignedDelivery {
  checkProvider('signDelivery', provider)
  checkOptions(`signDelivery for ${provider.name}`, options, rules)
  const { now = Date.now(), method = 'POST', url: target = '/', headers = {} } = options
  const type = options.type ?? Object.keys(provider.events)[0] ?? 'test'
  const { signer, id, body: original } = plan(provider, options, type, now)
  const edited = options.edit ? edit(original, options.edit) : original
  const unsigned = toBytes(edited)
  const secrets = typeof options.secret === 'string' ? [options.secret] : options.secret
  const signed = signer({ body: unsigned, secrets, signedAt: now, id, type, provider, method, url: target, headers })
  const { headers: proof, url = target, body: changed } = isWhole(signed) ? signed : { headers: signed }
  const body = changed === undefined ? unsigned : toBytes(changed)
  const claim = claimHeader(provider, isForm(original) ? toFields(original) : isObject(original) ? original : {}, type)
  const isFormBody = isForm(edited) || (provider.forms === true && !isJsonObject(body))
  const contentType = isFormBody ? formType : 'application/json'
  const plainHeaders = merge({ 'Content-Type': contentType, ...claim, ...proof }, headers)
  return { method, url, headers: toHeaderList(plainHeaders), plainHeaders, body }
}

function isWhole(signed: ReturnType<Signer>): signed is SignedParts {
  return typeof signed['headers'] === 'object'
}

function plan(provider: Provider, options: SignOptions, type: string, now: number): PlannedDelivery {
  const { body, signer = ownMember(signersByName, provider.name) } = options
  if (signer === undefined) {
    // A provider of the user's own may have the name of a built-in one.
    const fixture = provider.about === undefined ? undefined : findFixture(provider.name, type)
    return planOwn(provider, { body, type, id: options.id, now: options.now, fixture })
  }
  const id = options.id ?? `msg_${randomBytes(12).toString('hex')}`
  return { signer, id, body: body === undefined ? fixtureFor(provider.name, type, now, id) : body }
}

function findFixture(provider: string, type: string): Fixture | undefined {
  const known = ownMember(fixtures, provider) ?? {}
  return ownMember(known, type) ?? known['*']
}

function fixtureFor(provider: string, type: string, now: number, id: string): unknown {
  const fixture = findFixture(provider, type)
  return fixture
    ? fixture({ now: new Date(now), id, type })
    : { type, event: type, event_type: type, timestamp: new Date(now).toISOString(), data: {} }
}

function edit(body: unknown, change: (body: Record<string, unknown>) => unknown): unknown {
  if (Array.isArray(body)) {
    const changed = change({ items: body })
    return isObject(changed) ? changed['items'] : changed
  }
  if (!isForm(body)) return change({ ...(body as object) })
  const changed = change({ ...toFields(body) })
  return isObject(changed) ? toForm(changed) : changed
}

/** Names are texts of users: one may be `constructor`. */
function ownMember<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

function toBytes(body: unknown): Uint8Array<ArrayBuffer> {
  if (body instanceof Uint8Array)
    return body.buffer instanceof ArrayBuffer ? (body as Uint8Array<ArrayBuffer>) : new Uint8Array(body)
  return Buffer.from(typeof body === 'string' || isForm(body) ? String(body) : JSON.stringify(body), 'utf8')
}

function merge(
  base: Record<string, string>,
  changes: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const result = new Map(Object.entries(base).map(([name, value]) => [name.toLowerCase(), [name, value] as const]))
  for (const [name, value] of Object.entries(changes)) {
    result.delete(name.toLowerCase())
    if (value !== undefined) result.set(name.toLowerCase(), [name, value])
  }
  return Object.fromEntries(result.values())
}
