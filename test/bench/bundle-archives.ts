import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'

/** An archive to read: an agent's files, as a Fleet payload carries them. */
export interface BenchArchive {
  readonly name: string
  /** Bytes of all files together. */
  readonly bytes: number
  readonly files: number
}

export const archives: readonly BenchArchive[] = [
  { name: '5 KB', bytes: 5_000, files: 6 },
  { name: '200 KB', bytes: 200_000, files: 40 },
  { name: '5 MB, 400 files', bytes: 5_000_000, files: 400 },
  { name: '50 MB, 10,000 files', bytes: 50_000_000, files: 9_900 },
  { name: '50 MB, 20 files', bytes: 50_000_000, files: 20 },
]

const words =
  'agent tool prompt skill memory search calendar approve the a of to with when before never always user reply draft über 用户 → note'.split(
    ' ',
  )

/** A generator of the same numbers in every run, from 0 to 1. */
export function createChance(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Text that compresses like prose. */
export function makeText(bytes: number, chance: () => number): Buffer {
  const parts: string[] = []
  for (let length = 0; length < bytes;) {
    const word = `${words[Math.floor(chance() * words.length)]!}${chance() < 0.15 ? Math.floor(chance() * 1e6) : ''} `
    parts.push(word)
    length += word.length
  }
  return Buffer.from(parts.join('')).subarray(0, bytes)
}

/** Bytes that do not compress. */
export function makePicture(bytes: number, chance: () => number): Buffer {
  const picture = Buffer.alloc(bytes)
  for (let index = 0; index < bytes; index++) picture[index] = chance() * 256
  return picture
}

/** Builds an archive as base64: text that compresses like prose; one file in eight hardly compresses, like a picture. */
export async function buildArchive({ bytes, files }: BenchArchive): Promise<string> {
  const chance = createChance(bytes + files)
  const zip = new ZipFile()
  const add = (path: string, content: Buffer): void => zip.addBuffer(content, path)
  add('AGENTS.md', Buffer.from('# Agent\n\nYou help.\n'))
  add(
    'config.json',
    Buffer.from('{"name":"Bench","description":"","visibility_scope":"tenant","triggers_paused":false}'),
  )
  add('tools.json', Buffer.from('{"tools":[],"interrupt_config":{}}'))
  const each = Math.floor(bytes / files)
  for (let index = 0; index < files; index++) {
    const isPicture = index % 8 === 7
    const content = isPicture ? makePicture(each, chance) : makeText(each, chance)
    add(`skills/skill-${index % 60}/part-${index}.${isPicture ? 'png' : 'md'}`, content)
  }
  zip.end()
  return (await buffer(zip.outputStream)).toString('base64')
}
