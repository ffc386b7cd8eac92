import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { open as openFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { createFileSecretStore, createMemorySecretStore, secretName, type SecretStore } from '@sallyport/platforms'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startProgram } from '../support/examples/program.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-secrets-'))
  path = join(folder, 'secrets.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

const one = { secrets: [{ id: '1', secret: 'whsec_one', notAfter: 5 }], fingerprint: 'f' }

describe('secret stores', () => {
  describe.each<[string, () => SecretStore]>([
    ['memory', createMemorySecretStore],
    ['a file', () => createFileSecretStore(path)],
  ])('a secret store in %s', (_name, create) => {
    it('stores, changes and removes secrets', async () => {
      const store = create()
      expect(await store.get('a')).toBeUndefined()
      expect(await store.names()).toEqual([])
      expect(await store.update('a', () => one)).toEqual(one)
      await store.update('b', (current) => {
        expect(current).toBeUndefined()
        return { secrets: [] }
      })
      expect(await store.get('a')).toEqual(one)
      expect(await store.names()).toEqual(['a', 'b'])
      await store.update('a', () => undefined)
      expect(await store.names()).toEqual(['b'])
    })

    it('applies changes one after the other', async () => {
      const store = create()
      const add = (id: string) =>
        store.update('a', (current) => ({ secrets: [...(current?.secrets ?? []), { id, secret: 'whsec_x' }] }))
      await Promise.all(Array.from({ length: 20 }, (_, index) => add(String(index))))
      expect((await store.get('a'))?.secrets.map(({ id }) => Number(id))).toEqual(
        Array.from({ length: 20 }, (_, index) => index),
      )
    })

    it('keeps the value if a change throws', async () => {
      const store = create()
      await store.update('a', () => one)
      const fails = async (): Promise<unknown> =>
        store.update('a', () => {
          throw new Error('no')
        })
      await expect(fails()).rejects.toThrow()
      expect(await store.get('a')).toEqual(one)
      await store.update('a', () => undefined)
    })

    it('prints without secrets', async () => {
      const store = create()
      await store.update('a', () => one)
      expect(inspect(store, { depth: 9, showHidden: true }) + JSON.stringify(store)).not.toContain('whsec_one')
    })
  })

  describe('createFileSecretStore', () => {
    it('is readable by its owner only, and leaves no other file', async () => {
      await createFileSecretStore(path).update('a', () => one)
      expect(statSync(path).mode & 0o777).toBe(0o600)
      expect(readdirSync(folder)).toEqual(['secrets.json'])
    })

    it('is visible to other instances at once', async () => {
      const [writer, reader] = [createFileSecretStore(path), createFileSecretStore(path)]
      for (let number = 0; number < 30; number++) {
        await writer.update('a', () => ({ secrets: [{ id: String(number), secret: 'whsec_x' }] }))
        expect((await reader.get('a'))?.secrets[0]?.id).toBe(String(number))
      }
    })

    it('loses nothing if several processes write', async () => {
      const program = join(import.meta.dirname, '..', 'support', 'platforms', 'secret-store-process.ts')
      const writers = ['a', 'b', 'c'].map((who) => startProgram(program, [path, who, '8']).end())
      expect((await Promise.all(writers)).map(({ code, stderr }) => [code, stderr])).toEqual(
        Array.from({ length: 3 }, () => [0, '']),
      )
      const { secrets } = (await createFileSecretStore(path).get('shared'))!
      expect(new Set(secrets.map(({ id }) => id)).size).toBe(24)
      expect(readdirSync(folder)).toEqual(['secrets.json'])
    })

    it.skipIf(process.platform === 'win32').each([
      ['ENOTSUP', undefined],
      ['EIO', 'it is written, but a power failure may undo it: its folder could not be flushed (EIO)'],
    ])('keeps what it wrote when flushing its folder is %s', async (code, message) => {
      const handle = await openFile(folder)
      const prototype = Object.getPrototypeOf(handle) as typeof handle
      await handle.close()
      const sync = vi.spyOn(prototype, 'sync').mockImplementation(async function (this: typeof handle) {
        if ((await this.stat()).isDirectory()) throw Object.assign(new Error(code), { code, syscall: 'fsync' })
      })
      const stored = createFileSecretStore(path).update('a', () => one)
      if (message === undefined) expect(await stored).toEqual(one)
      else await expect(stored).rejects.toMatchObject({ message: expect.stringContaining(message) })
      sync.mockRestore()
      expect(await createFileSecretStore(path).get('a')).toEqual(one)
    })

    it('rejects a file that others can read', async () => {
      await createFileSecretStore(path).update('a', () => one)
      chmodSync(path, 0o640)
      const work = createFileSecretStore(path).get('a')
      await expect(work).rejects.toMatchObject({
        code: 'SECRET_STORE_FAILED',
        message: expect.stringContaining('chmod'),
      })
    })

    it.each([
      ['not JSON', '{"whsec_one'],
      ['of another version', '{"version":2,"secrets":{}}'],
      ['with an empty secret', '{"version":1,"secrets":{"a":{"secrets":[{"id":"1","secret":""}]}}}'],
    ])('rejects a file %s, and does not overwrite it', async (_name, text) => {
      writeFileSync(path, text, { mode: 0o600 })
      const store = createFileSecretStore(path)
      for (const work of [store.get('a'), store.update('a', () => one)]) {
        const error: unknown = await work.catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ code: 'SECRET_STORE_FAILED' })
        expect(String(error)).not.toContain('whsec_')
      }
      expect(readFileSync(path, 'utf8')).toBe(text)
      expect(readdirSync(folder)).toEqual(['secrets.json'])
    })

    it.each([
      ['with a trailing newline', 'whsec_one\\n', 'secret "1" of a has a trailing newline; remove it (echo adds one)'],
      ['in quotes', '\\"whsec_one\\"', 'secret "1" of a has quotes around it; remove them'],
    ])('rejects a secret %s in the file', async (_name, secret, message) => {
      writeFileSync(path, `{"version":1,"secrets":{"a":{"secrets":[{"id":"1","secret":"${secret}"}]}}}`, {
        mode: 0o600,
      })
      const error: unknown = await createFileSecretStore(path)
        .get('a')
        .catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'SECRET_STORE_FAILED', message: expect.stringContaining(message) })
      expect(String(error)).not.toContain('whsec_')
    })

    it('rejects a secret with white space before it is written', async () => {
      const work = createFileSecretStore(path).update('a', () => ({ secrets: [{ id: '1', secret: ' whsec_one' }] }))
      await expect(work).rejects.toMatchObject({ message: expect.stringContaining('begins with white space') })
      expect(readdirSync(folder)).toEqual([])
    })

    it('names the encoding of a file in UTF-16', async () => {
      writeFileSync(path, Buffer.from('\ufeff{"version":1,"secrets":{}}', 'utf16le'), { mode: 0o600 })
      await expect(createFileSecretStore(path).get('a')).rejects.toMatchObject({
        message: expect.stringContaining('it is UTF-16; save it as UTF-8'),
      })
    })

    it('reads a file with a byte order mark', async () => {
      writeFileSync(path, '\ufeff{"version":1,"secrets":{}}', { mode: 0o600 })
      expect(await createFileSecretStore(path).names()).toEqual([])
    })

    it('reports a missing folder', async () => {
      const work = createFileSecretStore(join(folder, 'none', 'secrets.json')).update('a', () => one)
      await expect(work).rejects.toMatchObject({ message: expect.stringContaining('ENOENT') })
    })

    it('takes over the lock of a dead process', async () => {
      writeFileSync(`${path}.lock`, 'of the dead')
      utimesSync(`${path}.lock`, 1, 1)
      await createFileSecretStore(path).update('a', () => one)
      expect(readdirSync(folder)).toEqual(['secrets.json'])
    })

    it.each(['', '__proto__', 'with space', 'x'.repeat(301)])('rejects the name %j', async (name) => {
      await expect(createFileSecretStore(path).update(name, () => one)).rejects.toMatchObject({
        code: 'PLATFORM_OPTION_INVALID',
      })
    })
  })

  it('creates unique names that show no URL', () => {
    const url = 'https://example.com/hook?token=hidden'
    const name = secretName('invoratec', { eventType: 'tool.executed', url })
    expect(name).toMatch(/^invoratec:tool\.executed@[0-9a-f]{16}$/)
    expect(secretName('invoratec', { eventType: 'tool.executed', url: 'HTTPS://EXAMPLE.com/hook?token=hidden' })).toBe(
      name,
    )
    expect(secretName('sonzai', { eventType: 'b', projectId: 'a' })).toBe('sonzai:a/b')
    expect(secretName('sonzai', { eventType: 'a/b' })).toBe('sonzai:a%2Fb')
  })
})
