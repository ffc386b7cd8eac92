import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { decodeBody, decodeText, findSecretFlaw, toRealPath } from 'sallyport/provider'
import * as z from 'zod'
import { PlatformError } from '../platform-error.ts'
import { withFileLock } from './file-lock.ts'
import { fenceOff, removeFile, replaceFile } from './replace-file.ts'
import type { SecretStore, StoredSecrets } from './secret-store.ts'

const Content = z.looseObject({
  version: z.literal(1),
  secrets: z.record(
    z.string(),
    z.looseObject({
      secrets: z.array(
        z.looseObject({
          id: z.string(),
          secret: z.string().min(1),
          notBefore: z.number().optional(),
          notAfter: z.number().optional(),
        }),
      ),
      rotation: z.looseObject({ id: z.string(), expiresAt: z.number() }).optional(),
      lostAt: z.number().optional(),
      fingerprint: z.string().optional(),
    }),
  ),
})

// A process that is paused in each of them is not one that writes.
const mostTries = 10

type Records = ReadonlyMap<string, StoredSecrets>

/**
 * Creates a store in a JSON file that only its owner can read (mode 0600). Each change is written to a new file, synced and
 * renamed, under a lock: several processes may share the file, and a receiver sees what another process rotated. A process that
 * was paused so long that another one took its lock over makes its change again, to what is stored then: an `update` may call
 * its function more than once. A file that others can read is an error.
 *
 * @throws PlatformError `SECRET_STORE_FAILED` from its methods; the message names the file, never its content
 * @example
 * const store = createFileSecretStore('/var/lib/app/webhook-secrets.json')
 */
export function createFileSecretStore(path: string): SecretStore {
  const file = resolve(path)
  let cached: { readonly stamp: string; readonly records: Records } | undefined
  let last: Promise<unknown> = Promise.resolve()

  async function read(): Promise<Records> {
    const stamp = await readStamp(file)
    if (stamp === undefined) return new Map()
    if (cached?.stamp === stamp) return cached.records
    const records = parse(await readFile(file))
    // Not cached if the file was replaced in the meantime.
    if ((await readStamp(file)) === stamp) cached = { stamp, records }
    return records
  }

  async function change(name: string, make: Parameters<SecretStore['update']>[1]): Promise<StoredSecrets | undefined> {
    for (let tries = 0; tries < mostTries; tries++) {
      // Where the path leads: a rename would replace a link, and each name would have its own lock.
      const place = toRealPath(file)
      const changed = await withFileLock(`${place}.lock`, async (lock) => {
        await fenceOff(place)
        const records = new Map(await read())
        const next = make(records.get(name))
        if (next === undefined) records.delete(name)
        else records.set(name, next)
        checkSecrets(records)
        // As if there had never been one: a rotation that was refused leaves no file behind.
        if (records.size === 0) return (await removeFile(place, lock)) ? { next } : undefined
        const text = JSON.stringify({ version: 1, secrets: Object.fromEntries(records) }, undefined, 2)
        return (await replaceFile(place, text, lock)) ? { next } : undefined
      })
      if (changed) return changed.next
    }
    throw new Error('other processes took its lock over again and again; try again')
  }

  return {
    get: (name) => guard(file, async () => (await read()).get(name)),
    names: () => guard(file, async () => [...(await read()).keys()]),
    async update(name, make) {
      checkName(name)
      // A queue within this process, the lock between processes.
      const work = last.then(() => guard(file, () => change(name, make)))
      last = work.catch(() => {})
      return work
    },
  }
}

/** Returns a value that changes with the file; `undefined` if there is no file. @throws Error if others can read it */
async function readStamp(file: string): Promise<string | undefined> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs, mode } = await stat(file, { bigint: true })
    if (process.platform !== 'win32' && (mode & 0o077n) !== 0n) {
      throw new Error('other users can read it; run chmod 600')
    }
    return [dev, ino, size, mtimeNs, ctimeNs].join()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function parse(content: Uint8Array): Records {
  const text = decodeText(content)
  if (!text.ok) throw new Error(`it is ${text.encoding}; save it as UTF-8`)
  const decoded = decodeBody(content)
  const parsed = decoded.ok ? Content.safeParse(decoded.body) : undefined
  if (!parsed?.success) throw new Error('it is not a secret store of this version')
  const records = new Map(Object.entries(parsed.data.secrets))
  checkSecrets(records)
  return records
}

/** @throws Error naming the first secret with white space or quotes around it */
function checkSecrets(records: Records): void {
  for (const [name, { secrets }] of records) {
    for (const { id, secret } of secrets) {
      const flaw = findSecretFlaw(secret)
      if (flaw !== undefined) throw new Error(`secret "${id}" of ${name} ${flaw}`)
    }
  }
}

// JSON parsing drops `__proto__`.
function checkName(name: string): void {
  if (!/^[\x21-\x7e]{1,300}$/.test(name) || name === '__proto__') {
    throw new PlatformError('PLATFORM_OPTION_INVALID', {
      detail: 'the name of a secret must be 1 to 300 printable ASCII characters without spaces',
    })
  }
}

async function guard<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (PlatformError.is(error)) throw error
    throw new PlatformError('SECRET_STORE_FAILED', { detail: `${file}: ${describe(error)}` })
  }
}

function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}
