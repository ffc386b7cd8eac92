import { createHash, timingSafeEqual } from 'node:crypto'
import { SallyportError } from 'sallyport'
import { allow, checkOptions, type OptionRules } from 'sallyport/provider'

/** A key of Sonzai's management API. */
export interface SonzaiKey {
  /** `sk_…` */
  readonly key: string
  /** Project of calls that do not name one. @default 'proj_sandbox' */
  readonly projectId?: string | undefined
  /** Other projects the key may access. @default every project */
  readonly projects?: readonly string[] | undefined
}

/** What an Invoratec key may do; each includes those before it. */
export type InvoratecPermission = 'read' | 'write' | 'admin'

/** A key of Invoratec's management API. */
export interface InvoratecKey {
  /** `claw_…` */
  readonly key: string
  /** Owner of the webhooks and logs it sees. @default 'user_sandbox' */
  readonly developerId?: string | undefined
  /** `write` registers and deletes webhooks, `admin` makes keys. @default ['admin'] */
  readonly permissions?: readonly InvoratecPermission[] | undefined
}

/** API keys by platform. */
export interface SandboxKeys {
  /** @default [{ key: 'sk_sandbox' }] */
  readonly sonzai?: readonly SonzaiKey[] | undefined
  /** @default [{ key: 'claw_sandbox' }, { key: 'claw_sandbox_read', permissions: ['read'] }] */
  readonly invoratec?: readonly InvoratecKey[] | undefined
  /** @default ['lsv2_sandbox'] */
  readonly fleet?: readonly string[] | undefined
}

/** An Invoratec key with all defaults. */
export interface CompleteInvoratecKey {
  readonly key: string
  readonly developerId: string
  readonly permissions: readonly InvoratecPermission[]
}

/** Keys with all defaults. */
export interface CompleteKeys {
  readonly sonzai: readonly (Pick<SonzaiKey, 'key' | 'projects'> & { readonly projectId: string })[]
  readonly invoratec: readonly CompleteInvoratecKey[]
  readonly fleet: readonly { readonly key: string }[]
}

const list = allow.listOf(allow.record, 'keys, as { key }')

const rules: OptionRules<SandboxKeys> = {
  sonzai: list,
  invoratec: list,
  fleet: allow.secret(allow.listOf(allow.filled, 'keys')),
}

/** Checks keys and fills in defaults. @throws SallyportError `OPTION_INVALID` */
export function toKeys(keys: SandboxKeys = {}): CompleteKeys {
  checkOptions('createSandbox, keys', keys, rules)
  const {
    sonzai = [{ key: 'sk_sandbox' }],
    invoratec = [{ key: 'claw_sandbox' }, { key: 'claw_sandbox_read', permissions: ['read'] }],
    fleet = ['lsv2_sandbox'],
  } = keys
  checkKeys('sonzai', 'sk_', sonzai)
  checkKeys('invoratec', 'claw_', invoratec)
  const fleetKeys = fleet.map((key) => ({ key }))
  checkKeys('fleet', '', fleetKeys)
  return {
    sonzai: sonzai.map(({ projectId = 'proj_sandbox', ...entry }) => ({ ...entry, projectId })),
    invoratec: invoratec.map(({ key, developerId = 'user_sandbox', permissions = ['admin'] }) => ({
      key,
      developerId,
      permissions,
    })),
    fleet: fleetKeys,
  }
}

function checkKeys(platform: string, prefix: string, entries: readonly { readonly key: string }[]): void {
  const isRight = entries.length > 0 && entries.every(({ key }) => key.startsWith(prefix) && key.length > prefix.length)
  if (isRight) return
  throw new SallyportError(
    'OPTION_INVALID',
    `keys.${platform} must have at least one key, each beginning with "${prefix}"`,
  )
}

const ranks: Readonly<Record<InvoratecPermission, number>> = { read: 1, write: 2, admin: 3 }

/** Whether a key has a permission, or one that includes it. */
export function allows({ permissions }: CompleteInvoratecKey, wanted: InvoratecPermission): boolean {
  return permissions.some((permission) => ranks[permission] >= ranks[wanted])
}

/** Finds a key in constant time. */
export function findKey<Entry extends { readonly key: string }>(
  entries: readonly Entry[],
  key: string | undefined,
): Entry | undefined {
  if (key === undefined) return undefined
  const wanted = toDigest(key)
  return entries.filter((entry) => timingSafeEqual(toDigest(entry.key), wanted))[0]
}

function toDigest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
