import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { knownProviders } from '../../packages/cli/src/known-providers.ts'
import { root } from '../run-command.ts'
import { createCatalogue } from './catalogue.ts'

/** Sources that other packages need to know of the command's providers, and the function that writes each. */
const generatedFiles: Readonly<Record<string, () => string | Promise<string>>> = {
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

function createCommandProviders(): string {
  const names = Object.keys(knownProviders).map((name) => `  '${name}',\n`)
  return `// Written by \`npm run embed\`, from the providers of the command: \`sallyport\` does not depend on it.

/** Providers that the command knows without a configuration. */
export const commandProviders: ReadonlySet<string> = new Set([
${names.join('')}])
`
}
