import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Provider } from 'sallyport'
import { knownPackages } from '../../packages/create-sallyport/src/choices.ts'
import { readManifest, readPackages } from '../packages.ts'
import { root } from '../run-command.ts'
import { quote } from './quote.ts'
import { listKnownSenders } from './senders/known-senders.ts'
import { toFactory } from './senders/read-senders.ts'

/**
 * The file that tells `create-sallyport` which senders there are: it should not install them only to ask. From the providers
 * the command knows and the versions this workspace is tested with.
 */
export async function createCatalogue(): Promise<string> {
  const senders: string[] = []
  for (const { name, title, variable, secretPrefix, event, takesMadeUpSecret } of await listKnownSenders()) {
    // A new project has made-up secrets, and signs with them.
    if (!takesMadeUpSecret) continue
    const { module, factory } = await findFactory(name, event)
    const members = { name, title, variable, secretPrefix, module, factory, event }
    const lines = Object.entries(members).map(([member, value]) => `    ${member}: ${quote(value)},\n`)
    senders.push(`  {\n${lines.join('')}  },\n`)
  }
  const tested = readManifest(root).devDependencies ?? {}
  const versions = [...new Set(knownPackages)].toSorted().map((name) => {
    // Later releases of pg-boss are missing in the registry, or not tested.
    const range = name === 'pg-boss' ? tested[name]! : `^${tested[name]!}`
    return `  ${/^\w+$/.test(name) ? name : quote(name)}: ${quote(range)},\n`
  })
  return `// Written by \`npm run embed\`, from the providers of the command and the versions in package.json.

/** A sender that a project can receive from. */
export interface Sender {
  readonly name: string
  readonly title: string
  /** Environment variable with its secret. */
  readonly variable: string
  readonly secretPrefix: string
  /** Where its provider is imported from, and under which name. */
  readonly module: string
  readonly factory: string
  /** An event to begin with. */
  readonly event: string
}

/** Senders, as the command lists them: those that take a made-up secret. */
export const senders: readonly Sender[] = [
${senders.join('')}]

/** Versions of packages that are not ours. */
export const versions: Readonly<Record<string, string>> = {
${versions.join('')}}
`
}

/** Where a provider is exported: an entry with its name, or the package of that name. */
async function findFactory(
  name: string,
  event: string,
): Promise<{ readonly module: string; readonly factory: string }> {
  const factory = toFactory(name)
  const entries = readPackages().flatMap(({ manifest }) =>
    Object.keys(manifest.exports).map((entry) => manifest.name + entry.slice(1)),
  )
  const module = [`sallyport/providers/${name}`, `@sallyport/${name}`].find((entry) => entries.includes(entry))
  if (module === undefined) throw new Error(`No package exports the provider "${name}"`)
  const exported = ((await import(module)) as Record<string, unknown>)[factory]
  if (typeof exported !== 'function') throw new Error(`${module} exports no ${factory}()`)
  checkTemplate(name, exported as () => Provider, event)
  return { module, factory }
}

/** A provider that needs an option has a template of its own. */
function checkTemplate(name: string, create: () => Provider, event: string): void {
  const templates = join(root, 'packages', 'create-sallyport', 'templates', 'senders')
  if (existsSync(join(templates, `${name}.ts`)) && existsSync(join(templates, `${name}.js`))) return
  try {
    if (Object.hasOwn(create().events, event)) return
  } catch (cause) {
    throw new Error(`${name}() needs options: write templates/senders/${name}.ts and .js in create-sallyport`, {
      cause,
    })
  }
  throw new Error(`${name}() declares no event "${event}"; known-providers.ts of the command names it`)
}
