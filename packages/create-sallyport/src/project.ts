import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Sender } from './catalogue.ts'
import type { Answers } from './choices.ts'
import { createEnvironment } from './environment.ts'
import { createManifest, toPackageName } from './manifest.ts'
import { translateCommands, type PackageManager } from './package-manager.ts'
import { fillTemplate, nameSender } from './template.ts'

/** A file of a project. */
export interface ProjectFile {
  /** From the project's folder, with `/`. */
  readonly path: string
  readonly text: string
  /** Only the owner may read it. */
  readonly isSecret?: boolean
}

const templates = new URL('../templates/', import.meta.url)

/** Creates every file of a project, in memory. @param version of the Sallyport packages it depends on */
export function createProject(answers: Answers, manager: PackageManager, version: string): ProjectFile[] {
  const { framework, store, language, senders } = answers
  const facts = new Set([language, store, store === 'none' ? 'no-inbox' : 'inbox', manager])
  const extension = language === 'typescript' ? 'ts' : 'js'
  const fill = (template: string): string => fillTemplate(read(template), facts, senders)
  const isServed = store === 'postgres' || store === 'redis'
  const { env, example } = createEnvironment(answers)
  return [
    { path: 'package.json', text: createManifest(answers, version) },
    { path: `src/server.${extension}`, text: fill(`server/${framework}.ts`) },
    ...(store === 'none' ? [] : [{ path: `src/inbox.${extension}`, text: fill(`inbox/${store}.ts`) }]),
    ...senders.flatMap((sender) => [
      {
        path: `src/senders/${sender.name}.${extension}`,
        text: nameSender(read(findTemplate(sender, extension)), sender),
      },
      { path: `test/${sender.name}.test.${extension}`, text: nameSender(fill('test/sender.test.ts'), sender) },
    ]),
    ...(language === 'typescript' ? [{ path: 'tsconfig.json', text: fill('project/tsconfig.json') }] : []),
    { path: '.env', text: env, isSecret: true },
    { path: '.env.example', text: example },
    { path: '.gitignore', text: fill('project/gitignore') },
    { path: '.dockerignore', text: fill('project/dockerignore') },
    { path: 'Dockerfile', text: fill('project/Dockerfile') },
    ...(isServed ? [{ path: 'compose.yaml', text: read(`compose/${store}.yaml`) }] : []),
    { path: 'README.md', text: createReadme(fill('project/README.md'), answers, manager) },
  ]
}

/** The sender's own template, for one that takes more than its name; else the one for all. */
function findTemplate({ name }: Sender, extension: string): string {
  const own = `senders/${name}.${extension}`
  return existsSync(new URL(own, templates)) ? own : `senders/sender.${extension}`
}

function createReadme(text: string, { folder }: Answers, manager: PackageManager): string {
  return translateCommands(text, manager).replace('PROJECT', toPackageName(folder))
}

function read(template: string): string {
  return readFileSync(fileURLToPath(new URL(template, templates)), 'utf8')
}
