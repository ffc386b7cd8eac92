import { basename, resolve } from 'node:path'
import { versions } from './catalogue.ts'
import { frameworks, languages, stores, type Answers } from './choices.ts'

/** The `package.json` of a project. */
export function createManifest({ folder, framework, senders, store, language }: Answers, version: string): string {
  const isTyped = language === 'typescript'
  const parts = [frameworks[framework], stores[store], languages[language]]
  const file = isTyped ? 'src/server.ts' : 'src/server.js'
  const ours = ['sallyport', ...senders.map(({ module }) => toPackage(module))]
  const theirs = [...parts.flatMap(({ dependencies }) => [...dependencies]), 'zod']
  const typings = isTyped ? parts.flatMap((part) => [...part.typings]) : []
  const manifest = {
    name: toPackageName(folder),
    version: '0.0.0',
    private: true,
    type: 'module',
    scripts: {
      dev: `node --watch --env-file=.env ${file}`,
      start: `node --env-file-if-exists=.env ${file}`,
      test: 'node --test',
      ...(isTyped && { check: 'tsc' }),
    },
    dependencies: toVersions([...ours, ...theirs], version),
    devDependencies: toVersions(['@sallyport/cli', ...typings], version),
    engines: { node: '>=22.18' },
  }
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}

function toPackage(module: string): string {
  return module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/')
}

function toVersions(names: readonly string[], own: string): Record<string, string> {
  const sorted = [...new Set(names)].toSorted()
  return Object.fromEntries(sorted.map((name) => [name, versions[name] ?? own]))
}

/** A folder's name as npm allows it: lower case, letters, digits and `-._`. */
export function toPackageName(folder: string): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[._-]+|-+$/g, '')
    .slice(0, 214)
  return name === '' || name === 'node_modules' ? 'my-webhooks' : name
}
