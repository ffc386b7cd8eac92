import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFileSecretStore } from '@sallyport/platforms'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startProgram, type Program } from '../support/examples/program.ts'

const program = (name: string): string => join(import.meta.dirname, '..', 'support', 'platforms', name)

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-secrets-'))
  path = join(folder, 'secrets.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

const add = (file: string, id: string): Promise<unknown> =>
  createFileSecretStore(file).update('shared', (current) => ({
    secrets: [...(current?.secrets ?? []), { id, secret: 'whsec_x' }],
  }))

const idsIn = async (file: string): Promise<string[]> =>
  ((await createFileSecretStore(file).get('shared'))?.secrets ?? []).map(({ id }) => id).toSorted()

/** A process that holds the lock and is stopped. */
async function stopWriter(place: string): Promise<Program> {
  const writer = startProgram(program('stopping-writer.ts'), [path, place, 'paused'])
  await writer.sees(/inside/)
  expect(existsSync(`${path}.lock`)).toBe(true)
  return writer
}

/** Lets it go on until it ends; it may not have stopped yet. */
async function resume(writer: Program): ReturnType<Program['end']> {
  const timer = setInterval(() => void writer.end('SIGCONT'), 20)
  return writer.end('SIGCONT').finally(() => clearInterval(timer))
}

/** As if its holder had stopped long ago. */
const age = (): void => utimesSync(`${path}.lock`, 1, 1)

const places = ['in its change', 'before it writes', 'before it renames']
const losses: readonly (readonly [what: string, lose: () => void])[] = [
  ['is old', age],
  ['was removed', () => rmSync(`${path}.lock`)],
  ['was replaced', () => writeFileSync(`${path}.lock`, 'another')],
]

describe.skipIf(process.platform === 'win32')('a secret store of a paused process', () => {
  describe.each(losses)('whose lock %s', (what, lose) => {
    it.each(places)('loses no update when it stopped %s', async (place) => {
      await add(path, 'first')
      const writer = await stopWriter(place)
      lose()
      if (what === 'was replaced') age()
      await add(path, 'second')
      const { code, stdout, stderr } = await resume(writer)
      expect([code, stdout, stderr]).toEqual([0, 'inside\nresolved\n', ''])
      expect(await idsIn(path)).toEqual(['first', 'paused', 'second'])
      expect(readdirSync(folder)).toEqual(['secrets.json'])
    })
  })

  it.each(places)('leaves nothing behind when it dies %s', async (place) => {
    await add(path, 'first')
    const writer = await stopWriter(place)
    expect((await writer.end('SIGKILL')).code).toBe(null)
    age()
    await add(path, 'second')
    expect(await idsIn(path)).toEqual(['first', 'second'])
    // Nor its file with secrets.
    expect(readdirSync(folder)).toEqual(['secrets.json'])
  })

  it('waits for a holder that is not old', async () => {
    const writer = await stopWriter('in its change')
    const adding = add(path, 'second')
    await resume(writer)
    await adding
    expect(await idsIn(path)).toEqual(['paused', 'second'])
  })
})

describe.skipIf(process.platform === 'win32')('a secret store behind a symbolic link', () => {
  it.each([
    ['the file', () => symlinkSync(path, join(folder, 'link.json')), 'link.json'],
    ['its folder', () => symlinkSync(folder, join(folder, 'here')), 'here/secrets.json'],
    ['a file that is not there yet', () => symlinkSync('secrets.json', join(folder, 'link.json')), 'link.json'],
  ])('is one store with %s', async (name, link, linked) => {
    if (!name.includes('not there')) await add(path, 'first')
    mkdirSync(join(folder, 'other'))
    link()
    const other = join(folder, linked)
    const writers = [path, other].map((file, index) =>
      startProgram(program('secret-store-process.ts'), [file, `writer-${index}`, '8']).end(),
    )
    expect((await Promise.all(writers)).map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ])
    expect(await idsIn(path)).toHaveLength(name.includes('not there') ? 16 : 17)
    expect(await idsIn(other)).toEqual(await idsIn(path))
    expect(lstatSync(join(folder, linked.split('/')[0]!)).isSymbolicLink()).toBe(true)
  })
})
