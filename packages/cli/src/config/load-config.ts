import { existsSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CliError } from '../cli-error.ts'
import { unreadable } from '../read-named-file.ts'
import { ConfigSchema, type SallyportConfig } from './config-schema.ts'

const names = ['sallyport.config.ts', 'sallyport.config.mts', 'sallyport.config.js', 'sallyport.config.mjs']

/** A configuration and its file. */
export interface LoadedConfig {
  readonly config: SallyportConfig
  /** Absolute path; `undefined` if there is no file. */
  readonly path?: string | undefined
}

/**
 * Loads `sallyport.config.ts`, or the named file. Node strips the types.
 *
 * @throws CliError `CONFIG_MISSING`, `CONFIG_UNREADABLE`, `CONFIG_INVALID`
 */
export async function loadConfig(named: string | undefined, cwd: string): Promise<LoadedConfig> {
  const path = named === undefined ? names.map((name) => join(cwd, name)).find(existsSync) : resolve(cwd, named)
  if (path === undefined) return { config: {} }
  try {
    readFileSync(path)
  } catch (cause) {
    const code = existsSync(path) ? 'CONFIG_UNREADABLE' : 'CONFIG_MISSING'
    throw unreadable(`configuration file ${named ?? path}`, cause, code)
  }
  const module = await importFile(path)
  if (module.default === undefined) invalid(path, 'it has no default export', 'Add: export default defineConfig({ … })')
  const result = ConfigSchema.safeParse(module.default)
  if (!result.success) {
    // Only places and rules: a misplaced value may be a secret.
    const problems = result.error.issues.map(({ path: place, message, code }) => {
      const where = place.length === 0 ? 'the default export' : place.map(String).join('.')
      return `${where}: ${code === 'invalid_type' ? message.replace(/, received.*/, '') : message}`
    })
    invalid(path, problems.join('; '), 'docs/cli.md lists the members; defineConfig lets your editor check them.')
  }
  return { config: result.data, path }
}

function invalid(path: string, what: string, fix: string): never {
  throw new CliError('configuration', 'CONFIG_INVALID', `${basename(path)}: ${what}`, { fix })
}

async function importFile(path: string): Promise<{ default?: unknown }> {
  try {
    return (await import(pathToFileURL(path).href)) as { default?: unknown }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new CliError('configuration', 'CONFIG_UNREADABLE', `${basename(path)}: ${explain(code, message)}`, {
      fix: `Run \`node ${basename(path)}\` to see where it fails.`,
      cause,
    })
  }
}

function explain(code: string | undefined, message: string): string {
  switch (code) {
    case 'ERR_UNKNOWN_FILE_EXTENSION':
      return 'this Node does not run TypeScript; use Node 22.18 or newer without --no-strip-types, or a JavaScript file'
    case 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX':
      return 'Node can only strip types; remove enums, namespaces and parameter properties'
    case 'ERR_MODULE_NOT_FOUND':
      return `${firstLine(message)}; is it installed in this project?`
    default:
      return firstLine(message)
  }
}

// Without the path this command is installed at.
function firstLine(message: string): string {
  return message.split('\n')[0]!.replace(/ imported from .*/, '')
}
