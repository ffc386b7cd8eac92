import { randomBytes } from 'node:crypto'
import { invalidValue } from '../error.ts'
import type { InvoratecPermission } from '../keys.ts'
import type { InvoratecApiKey } from '../state/state.ts'
import type { Store } from '../state/store.ts'

const permissions: readonly InvoratecPermission[] = ['read', 'write', 'admin']

/** API keys made with the API. The documents show the answer, `{key, secret}`, and no body. */
export interface InvoratecApiKeys {
  /** Every key made so far. */
  all(): readonly InvoratecApiKey[]
  /** @throws SandboxError `VALUE_INVALID` */
  create(
    developerId: string,
    wanted: { readonly name?: unknown; readonly permissions?: unknown },
  ): { readonly key: string; readonly secret: string }
}

/** Creates the keys; like webhooks they are part of the state. */
export function createInvoratecApiKeys(store: Store): InvoratecApiKeys {
  const { apiKeys } = store.state.invoratec
  return {
    all: () => apiKeys,
    create(developerId, { name, permissions: wanted = ['read'] }) {
      if (name !== undefined && name !== null && typeof name !== 'string') throw invalidValue('name', 'must be text')
      if (!Array.isArray(wanted) || wanted.length === 0 || !wanted.every(isPermission))
        throw invalidValue('permissions', `must be a list of ${permissions.join(', ')}`)
      const key = `claw_${randomBytes(24).toString('hex')}`
      apiKeys.push({ key, developerId, permissions: wanted })
      store.changed()
      return { key, secret: randomBytes(32).toString('hex') }
    },
  }
}

function isPermission(value: unknown): value is InvoratecPermission {
  return permissions.some((permission) => permission === value)
}
