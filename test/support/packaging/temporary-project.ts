import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An empty project of a user, outside the workspace. */
export interface TemporaryProject {
  readonly folder: string
  write(file: string, text: string): void
  /** Runs `npm` in the folder and returns what it prints. */
  npm(...args: string[]): string
  /** The script behind a program that was installed. */
  program(path: string): string
  remove(): void
}

/** Makes an ES module project: `npm init -y`, `npm pkg set type=module`. */
export function createTemporaryProject(): TemporaryProject {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-user-'))
  const npm = (...args: string[]): string =>
    execFileSync('npm', args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      env: withoutNpmContext(process.env),
      shell: process.platform === 'win32',
    })
  npm('init', '-y')
  npm('pkg', 'set', 'type=module')
  return {
    folder,
    npm,
    write: (file, text) => writeFileSync(join(folder, file), text),
    program: (path) => join(folder, 'node_modules', path),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Under `npm test` the environment describes this workspace; an install elsewhere must not see that. */
export function withoutNpmContext(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isContext = (name: string) => /^npm_(package|lifecycle|command|config_local_prefix|config_prefix)/.test(name)
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isContext(name)))
}
