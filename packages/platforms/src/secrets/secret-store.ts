/** One secret, with the period in which it counts. */
export interface StoredSecret {
  /** Unique under its name; part of `keyId` in a receiver's reports. */
  readonly id: string
  readonly secret: string
  /** From when on it is accepted; milliseconds since 1970. */
  readonly notBefore?: number | undefined
  /** Until when it is accepted; milliseconds since 1970. */
  readonly notAfter?: number | undefined
}

/** What a store keeps under one name. */
export interface StoredSecrets {
  /** The newest last. */
  readonly secrets: readonly StoredSecret[]
  /** A rotation at work: the platform may sign with a secret that is not here yet. Void after `expiresAt`. */
  readonly rotation?: { readonly id: string; readonly expiresAt: number } | undefined
  /** Since when the platform may sign with a secret that was lost; milliseconds since 1970. */
  readonly lostAt?: number | undefined
  /** Digest of what was registered, for a platform that does not list it. */
  readonly fingerprint?: string | undefined
}

/**
 * Keeps the secrets that platforms hand out. `memorySecretStore` and `fileSecretStore` are two; implement it over a vault
 * of your own. A receiver that reads it with `storedSecrets` asks for every delivery, so reading should be quick.
 */
export interface SecretStore {
  get(name: string): Promise<StoredSecrets | undefined>
  /**
   * Replaces what is under a name by what `change` makes of it; `undefined` removes it. One step: nobody else writes the name
   * between reading and writing. Resolves when it is durable; `get` must see it from then on, in every process.
   */
  update(
    name: string,
    change: (current: StoredSecrets | undefined) => StoredSecrets | undefined,
  ): Promise<StoredSecrets | undefined>
  names(): Promise<readonly string[]>
}

/**
 * A store in memory, for one process and for tests.
 *
 * @example
 * await ensureWebhooks(client, desired, { store: memorySecretStore() })
 */
export function memorySecretStore(): SecretStore {
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
