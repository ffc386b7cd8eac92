import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { sum, type FileSums } from './libraries.ts'

/** A program that extracts an archive into a folder. */
export interface Extractor {
  readonly name: string
  /** What is missing, if it cannot run. */
  readonly missing: string | undefined
  /** What it made of the archive; throws if it complains. */
  read(bytes: Uint8Array): Promise<FileSums>
}

function isThere(program: string, flag: string): boolean {
  return spawnSync(program, [flag]).status === 0
}

const has = { unzip: isThere('unzip', '-v'), sevenZip: isThere('7z', 'i'), bsdtar: isThere('bsdtar', '--version') }

/** Programs that people unpack an agent with. `bsdtar` reads a pipe from front to back, and a file by its directory. */
export const extractors: readonly Extractor[] = [
  extractor('unzip', 'unzip', has.unzip, (file) => ['-q', '-o', file]),
  extractor('7-Zip', '7z', has.sevenZip, (file) => ['x', '-y', '-bd', '-bso0', file]),
  extractor('bsdtar', 'bsdtar', has.bsdtar, (file) => ['-xf', file]),
  extractor('bsdtar of a pipe', 'bsdtar', has.bsdtar, () => ['-xf', '-']),
]

/** The extractors that can run here; prints which cannot. */
export function findExtractors(): Extractor[] {
  for (const { name, missing } of extractors) {
    if (missing !== undefined) console.warn(`NOT TESTED against ${name}: there is no ${missing}`)
  }
  return extractors.filter(({ missing }) => missing === undefined)
}

function extractor(name: string, program: string, isHere: boolean, args: (file: string) => string[]): Extractor {
  async function read(bytes: Uint8Array): Promise<FileSums> {
    const scene = await mkdtemp(join(tmpdir(), 'sallyport-extract-'))
    const [file, folder] = [join(scene, 'archive.zip'), join(scene, 'out')]
    try {
      await mkdir(folder)
      await writeFile(file, bytes)
      await run(program, args(file), folder, bytes)
      return await list(folder)
    } finally {
      await rm(scene, { recursive: true, force: true })
    }
  }
  return { name, missing: isHere ? undefined : program, read }
}

async function run(program: string, args: readonly string[], cwd: string, input: Uint8Array): Promise<void> {
  const child = spawn(program, args, { cwd, env: { ...process.env, LC_ALL: 'C.UTF-8' } })
  // It may stop before it has read everything.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [complaint, , [status]] = await Promise.all([text(child.stderr), text(child.stdout), once(child, 'close')])
  if (status !== 0 || complaint.trim() !== '')
    throw new Error(`${program}: ${status} ${complaint.trim().slice(0, 300)}`)
}

/** Every file below a folder; what is neither file nor folder counts as what it is. */
async function list(folder: string, prefix = ''): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const name of await readdir(join(folder, prefix))) {
    const path = prefix + name
    const full = join(folder, path)
    const stat = await lstat(full)
    if (stat.isDirectory()) for (const [below, content] of await list(folder, `${path}/`)) found.set(below, content)
    else if (stat.isFile()) found.set(path, sum(await readFile(full)))
    else found.set(path, stat.isSymbolicLink() ? `link to ${await readlink(full)}` : 'special')
  }
  return found
}
