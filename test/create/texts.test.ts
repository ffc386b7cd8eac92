import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { findTool, root } from '../../scripts/run-command.ts'
import { checkTypes } from '../support/create/check-types.ts'
import {
  combinations,
  createProjectFolder,
  nameOf,
  senderSets,
  typedPairs,
  withAllSenders,
} from '../support/create/projects.ts'
import { sourceEnvironment } from '../support/create/run-project.ts'

const projects = createProjectFolder()
beforeAll(() => combinations.forEach((combination) => projects.create(combination)))
afterAll(() => projects.remove())

function run(program: string, ...args: readonly string[]): { code: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: projects.path,
    encoding: 'utf8',
    env: sourceEnvironment,
  })
  return { code: status, text: stdout + stderr }
}

describe('the files of every project', () => {
  it('are formatted as this workspace is', () => {
    const { code, text } = run(findTool('oxfmt'), '-c', join(root, '.oxfmtrc.json'), '--check', '.')
    expect({ code, text }).toEqual({
      code: 0,
      text: expect.stringContaining('All matched files use the correct format'),
    })
  })

  it('have no tag, no blank line too many, and no word of another sender', () => {
    const files = combinations.flatMap((combination) =>
      readdirSync(join(projects.path, nameOf(combination)), { recursive: true, withFileTypes: true }),
    )
    for (const file of files) {
      if (!file.isFile()) continue
      const text = readFileSync(join(file.parentPath, file.name), 'utf8')
      expect(text, file.name).not.toMatch(/[#/-] @[a-z]|\n\n\n|^\n|PROJECT/)
      if (file.parentPath.includes('-one')) expect(text, file.name).not.toMatch(/sonzai/i)
      if (file.parentPath.includes('-javascript')) expect(text, file.name).not.toMatch(/\.ts\b|TypeScript/)
    }
  })

  // test/long has all of them.
  it('type-check, for every pair of choices and with all senders', () => {
    const pairs = typedPairs.flatMap(({ framework, store, chosen }) => [
      `${framework} ${store}`,
      `${framework} ${chosen}`,
      `${store} ${chosen}`,
    ])
    expect(new Set(pairs).size).toBe(5 * 4 + 5 * 3 + 4 * 3)
    const typed = [...typedPairs, ...withAllSenders.filter(({ language }) => language === 'typescript')]
    expect(checkTypes(projects, typed, 'typescript')).toEqual({ code: 0, text: '' })
  })

  it('keep secrets to the owner, and out of git, the image and the example', () => {
    const folder = join(projects.path, 'koa-postgres-typescript-all')
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
    const lines = read('.env').split('\n')
    for (const { variable, secretPrefix } of senderSets.all) {
      const found = lines.find((line) => line.startsWith(`${variable}=`))
      expect(found, variable).toMatch(new RegExp(`=${secretPrefix}[A-Za-z0-9+/]{43}=$`))
      expect(read('.env.example')).toContain(`${variable}=\n`)
    }
    const hidden = ['.env', 'dev.env', '.sallyport/', 'captures/']
    expect(read('.gitignore').split('\n')).toEqual(expect.arrayContaining(hidden))
    expect(read('.dockerignore').split('\n')).toEqual(['*', '!src', '!package.json', '!package-lock.json', ''])
  })

  it('have a compose file that starts the store as it must be', () => {
    const read = (project: string): unknown => parse(readFileSync(join(projects.path, project, 'compose.yaml'), 'utf8'))
    expect(read('node-postgres-javascript-one')).toHaveProperty('services.postgres.image')
    expect(read('node-redis-javascript-one')).toHaveProperty(
      'services.redis.command',
      'redis-server --appendonly yes --appendfsync always --maxmemory-policy noeviction',
    )
  })
})
