import { exec } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { withoutNpmContext } from '../packaging/temporary-project.ts'
import { findSteps, readDockerfile, toCommand, type Dockerfile, type Step } from './dockerfile.ts'

/** An image whose steps a script ran, in folders of this machine. */
export interface Image {
  /** From a path in the image to the one on this machine. */
  toPath(path: string): string
  /** The same for every path within a text. */
  translate(text: string): string
  readonly env: Readonly<Record<string, string>>
  readonly workFolder: string
  readonly command: readonly string[]
  readonly check: readonly string[]
  /** Of the USER step; undefined where this process may not become another user. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined
}

/** Whether this process may start others as another user, and give files away. */
export const isRoot = process.getuid?.() === 0

/**
 * Runs the steps of a Dockerfile as a script, for machines without a container engine. COPY obeys `.dockerignore`. The base image is
 * this machine. Paths below a WORKDIR or a VOLUME lie in a folder per stage.
 *
 * @param folder empty; gets the stages
 * @param environment for RUN only, as of a registry
 */
export async function buildImage(
  context: string,
  folder: string,
  environment: Record<string, string> = {},
): Promise<Image> {
  const dockerfile = readDockerfile(context)
  // Another user must be able to enter it.
  chmodSync(folder, 0o755)
  for (const [index, { steps }] of dockerfile.stages.entries()) {
    const stage = createPlace(dockerfile, join(folder, String(index)))
    for (const step of steps) await runStep(step, stage)
  }
  const image = createPlace(dockerfile, join(folder, String(dockerfile.stages.length - 1)))
  const [uid, gid] = (findSteps(dockerfile, 'USER').at(-1)?.words[0] ?? '0:0').split(':').map(Number)
  return {
    ...image,
    env: readEnv(dockerfile, image),
    workFolder: image.toPath(findSteps(dockerfile, 'WORKDIR').at(-1)!.words[0]!),
    command: toCommand(findSteps(dockerfile, 'CMD').at(-1)!),
    check: toCommand(findSteps(dockerfile, 'HEALTHCHECK').at(-1)!),
    user: isRoot ? { uid: uid!, gid: gid! } : undefined,
  }

  async function runStep(step: Step, stage: Place): Promise<void> {
    const { keyword, text, words, flags } = step
    if (keyword === 'WORKDIR') mkdirSync(stage.toPath((stage.workFolder = words[0]!)), { recursive: true })
    else if (keyword === 'COPY') copy(words, flags['from'], stage)
    else if (keyword === 'RUN') await run(text, stage)
  }

  function copy(words: readonly string[], from: string | undefined, stage: Place): void {
    const to = stage.toPath(join(stage.workFolder, words.at(-1)!))
    const isFolder = words.length > 2 || words.at(-1)!.endsWith('/')
    for (const source of words.slice(0, -1)) {
      const path = from === undefined ? findInContext(source) : findInStage(from, source)
      cpSync(path, isFolder ? join(to, basename(source)) : to, { recursive: true, verbatimSymlinks: true })
    }
  }

  function findInContext(source: string): string {
    const name = source.replace(/^\.\//, '')
    const kept = readFileSync(join(context, '.dockerignore'), 'utf8').split('\n')
    if (kept[0] !== '*' || !kept.includes(`!${name}`)) throw new Error(`.dockerignore hides ${name}`)
    if (!existsSync(join(context, name))) throw new Error(`COPY: there is no ${name}`)
    return join(context, name)
  }

  function findInStage(name: string, source: string): string {
    const index = dockerfile.stages.findIndex((stage) => stage.name === name)
    if (index < 0) throw new Error(`COPY --from=${name}: there is no such stage`)
    return createPlace(dockerfile, join(folder, String(index))).toPath(source)
  }

  async function run(text: string, stage: Place): Promise<void> {
    // Only root can give files away.
    const command = isRoot ? text : text.replaceAll(/ -[og] \d+/g, '')
    const env = { ...withoutNpmContext(process.env), ...environment }
    await promisify(exec)(stage.translate(command), { cwd: stage.toPath(stage.workFolder), env, timeout: 240_000 })
  }
}

interface Place {
  workFolder: string
  toPath(path: string): string
  translate(text: string): string
}

function createPlace({ folders }: Dockerfile, root: string): Place {
  const toPath = (path: string): string => join(root, path)
  const known = new RegExp(`(?<=^|[\\s=:])(?:${folders.join('|')})(?=[/\\s]|$)`, 'g')
  mkdirSync(root, { recursive: true })
  return { workFolder: '/', toPath, translate: (text) => text.replaceAll(known, toPath) }
}

function readEnv(dockerfile: Dockerfile, { translate }: Place): Record<string, string> {
  const pairs = findSteps(dockerfile, 'ENV').flatMap(({ words }) => words.map((word) => word.split('=')))
  return Object.fromEntries(pairs.map(([name = '', ...value]) => [name, translate(value.join('='))]))
}
