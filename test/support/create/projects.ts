import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { senders, type Sender } from '../../../packages/create-sallyport/src/catalogue.ts'
import {
  frameworks,
  languages,
  stores,
  type Answers,
  type Framework,
  type Language,
  type Store,
} from '../../../packages/create-sallyport/src/choices.ts'
import { createProject } from '../../../packages/create-sallyport/src/project.ts'
import { writeProject } from '../../../packages/create-sallyport/src/write-project.ts'
import { root } from '../../../scripts/run-command.ts'

/** A combination of answers. */
export interface Combination {
  readonly framework: Framework
  readonly store: Store
  readonly language: Language
  readonly chosen: keyof typeof senderSets
}

const named = (...names: readonly string[]): Sender[] => senders.filter(({ name }) => names.includes(name))

/** Whose webhooks a project receives. */
export const senderSets = {
  one: named('github'),
  several: named('sonzai', 'fleet', 'stripe'),
  many: named('sonzai', 'fleet', 'langsmith', 'invoratec', 'github', 'stripe', 'standard-webhooks'),
  all: senders,
} as const

const crossedSets = ['one', 'several', 'many'] as const

const keysOf = <Names extends object>(names: Names) => Object.keys(names) as (keyof Names)[]

/** Projects that receive from every sender; each sender adds the same few lines to a file, whatever the rest is. */
export const withAllSenders: readonly Combination[] = [
  { framework: 'express', store: 'none', language: 'typescript', chosen: 'all' },
  { framework: 'koa', store: 'postgres', language: 'typescript', chosen: 'all' },
  { framework: 'hono', store: 'redis', language: 'javascript', chosen: 'all' },
]

/** Every framework, store and language with each of the smaller sets of senders, and those with all. */
export const combinations: readonly Combination[] = [
  ...keysOf(frameworks).flatMap((framework) =>
    keysOf(stores).flatMap((store) =>
      keysOf(languages).flatMap((language) => crossedSets.map((chosen) => ({ framework, store, language, chosen }))),
    ),
  ),
  ...withAllSenders,
]

/** In TypeScript, every pair of a framework, a store and a set of senders. */
export const typedPairs: readonly Combination[] = keysOf(frameworks).flatMap((framework, row) =>
  keysOf(stores).map((store, column) => ({
    framework,
    store,
    language: 'typescript',
    chosen: crossedSets[(row + column) % crossedSets.length]!,
  })),
)

/** A combination in one word. */
export function nameOf({ framework, store, language, chosen }: Combination): string {
  return [framework, store, language, chosen].join('-')
}

/** A folder of projects that share this workspace's dependencies. */
export interface ProjectFolder {
  readonly path: string
  /** Creates a project and returns its folder. */
  create(combination: Combination): string
  remove(): void
}

export function createProjectFolder(): ProjectFolder {
  const path = mkdtempSync(join(tmpdir(), 'sallyport-create-'))
  symlinkSync(join(root, 'node_modules'), join(path, 'node_modules'), 'junction')
  return {
    path,
    create({ chosen, ...rest }) {
      const folder = join(path, nameOf({ chosen, ...rest }))
      const answers: Answers = { ...rest, folder, senders: senderSets[chosen], install: false }
      writeProject(folder, createProject(answers, 'npm', '0.1.0'))
      return folder
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}
