import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { root } from '../../../scripts/run-command.ts'

/** The projects of `examples/deploy/`. */
export const deployable = ['sqlite', 'postgres', 'redis'] as const

/** One of them. */
export type Deployable = (typeof deployable)[number]

/** The folder of a project. */
export const folderOf = (name: Deployable): string => join(root, 'examples', 'deploy', name)

/** A file of a project. */
export const readProjectFile = (name: Deployable, file: string): string =>
  readFileSync(join(folderOf(name), file), 'utf8')

/** A service of a compose file, as far as the tests look at it. */
export interface ComposeService {
  readonly image?: string
  readonly build?: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly secrets?: readonly string[]
  readonly stop_grace_period?: string
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly user?: string
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly tmpfs?: readonly string[]
  readonly deploy?: { readonly resources: { readonly limits: { readonly cpus?: string; readonly memory: string } } }
}

/** The compose file of a project. */
export function readCompose(name: Deployable): {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
} {
  return parse(readProjectFile(name, 'compose.yaml'), { merge: true }) as ReturnType<typeof readCompose>
}

/** The documents of a project's `kubernetes.yaml`. */
export function readManifests(name: Deployable): Record<string, unknown>[] {
  return parseAllDocuments(readProjectFile(name, 'kubernetes.yaml')).map((document) => {
    if (document.errors.length > 0) throw document.errors[0]!
    return document.toJS() as Record<string, unknown>
  })
}
