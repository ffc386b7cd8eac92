import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../run-command.ts'
import { createCatalogue } from './catalogue.ts'
import { createFixtureIndex } from './senders/fixture-index.ts'
import { createKnownSenders, listKnownSenders } from './senders/known-senders.ts'

/** Sources that list senders, and the function that writes each. */
const generatedFiles: Readonly<Record<string, () => string | Promise<string>>> = {
  'packages/sallyport/src/testing/fixtures/index.ts': createFixtureIndex,
  'packages/cli/src/known-senders.ts': createKnownSenders,
  'packages/create-sallyport/src/catalogue.ts': createCatalogue,
  'packages/sallyport/src/receive/log/command-providers.ts': createCommandProviders,
}

/** Which of them differ from what they would be now. */
export async function listStaleFiles(): Promise<string[]> {
  const stale: string[] = []
  for (const [path, create] of Object.entries(generatedFiles)) {
    const place = join(root, path)
    if (!existsSync(place) || readFileSync(place, 'utf8') !== (await create())) stale.push(path)
  }
  return stale
}

/** Writes one of them. */
export async function writeGeneratedFile(path: string): Promise<void> {
  writeFileSync(join(root, path), await generatedFiles[path]!())
}

async function createCommandProviders(): Promise<string> {
  const names = (await listKnownSenders()).map(({ name }) => `  '${name}',\n`)
  return `// Written by \`npm run embed\`, from the providers of the command: \`sallyport\` does not depend on it.

/** Providers that the command knows without a configuration. */
export const commandProviders: ReadonlySet<string> = new Set([
${names.join('')}])
`
}
