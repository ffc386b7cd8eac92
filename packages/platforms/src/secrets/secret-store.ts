/** One secret, with the period in which it is valid. */
export interface StoredSecret {
  /** Unique per name; part of `keyId` in a receiver's reports. */
  readonly id: string
  readonly secret: string
  /** Valid from this time; milliseconds since 1970. */
  readonly notBefore?: number | undefined
  /** Valid until this time; milliseconds since 1970. */
  readonly notAfter?: number | undefined
}

/** What a store holds under one name. */
export interface StoredSecrets {
  /** Oldest first. */
  readonly secrets: readonly StoredSecret[]
  /** A running rotation: the platform may sign with a secret that is not stored yet. Ignored after `expiresAt`. */
  readonly rotation?: { readonly id: string; readonly expiresAt: number } | undefined
  /** The platform may sign with a lost secret since this time; milliseconds since 1970. */
  readonly lostAt?: number | undefined
  /** Digest of the registered filter, for a platform that does not list it. */
  readonly fingerprint?: string | undefined
}

/**
 * Stores webhook secrets. Use `createMemorySecretStore` or `createFileSecretStore`, or implement it over your own vault. A
 * receiver with `storedSecrets` reads it for every delivery, so reads should be fast.
 */
export interface SecretStore {
  get(name: string): Promise<StoredSecrets | undefined>
  /**
   * Replaces the value of a name with the result of `change`; `undefined` removes it. It must be atomic: no other writer comes
   * between the read and the write. It may call `change` again, with a newer value; only the last result counts. It resolves once
   * the value is durable and `get` returns it in every process.
   */
  update(
    name: string,
    change: (current: StoredSecrets | undefined) => StoredSecrets | undefined,
  ): Promise<StoredSecrets | undefined>
  names(): Promise<readonly string[]>
}

/**
 * Creates a store in memory, for one process and for tests.
 *
 * @example
 * await ensureWebhooks(client, desired, { store: createMemorySecretStore() })
 */
export function createMemorySecretStore(): SecretStore {
  const records = new Map<string, StoredSecrets>()
  return {
    get: async (name) => records.get(name),
    async update(name, change) {
      const next = change(records.get(name))
      if (next === undefined) records.delete(name)
      else records.set(name, next)
      return next
    },
    names: async () => [...records.keys()],
  }
}
