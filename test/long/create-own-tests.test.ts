import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { combinations, createProjectFolder, nameOf, senderSets } from '../support/create/projects.ts'
import { sourceEnvironment } from '../support/create/run-project.ts'

const names = ['express-none-typescript-all', 'hono-redis-javascript-all']
const projects = createProjectFolder()
beforeAll(() => combinations.filter((one) => names.includes(nameOf(one))).forEach((one) => projects.create(one)))
afterAll(() => projects.remove())

describe('a project with all senders', () => {
  it.each(names)('passes its own tests: %s', (name) => {
    const { status, stdout } = spawnSync(process.execPath, ['--test'], {
      cwd: join(projects.path, name),
      encoding: 'utf8',
      env: sourceEnvironment,
    })
    const passed = `pass ${2 * senderSets.all.length}\n`
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining(passed) })
  })
})
