import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { wrapLines } from '../../packages/cli/src/text/wrap.ts'
import { bases } from '../support/cli/hostile-cases.ts'
import { hostileEnv as env, useHostileWorld } from '../support/cli/hostile-world.ts'
import { runHere } from '../support/cli/in-process.ts'

const world = useHostileWorld()

const more: readonly (readonly string[])[] = [
  ['inbox', 'list', '--inbox', 'inbox.db', '--limit', '1'],
  ['inbox', 'show', 'no-such-event', '--inbox', 'inbox.db'],
  ['bundle', 'check', 'agent.zip', '--policy', 'hosts-policy.json'],
  ['bundle', 'check', 'payload.json', '--runtime'],
  ['bundle', 'inspect', 'payload.json', 'missing.zip'],
  ['verify', 'sonzai', '--request', 'unsigned.http'],
  ['verify', 'stripe', '--request', 'request.http', '--secret', 'env:SONZAI_WEBHOOK_SECRET'],
  ['webhooks', 'list', 'invoratec', '--base-url', 'URL/as-claw'],
  ['webhooks', 'attempts', 'invoratec', 'x', '--base-url', 'URL/as-claw'],
  ['webhooks', 'list', 'sonzai', '--base-url', 'URL/as-problem'],
  ['doctor', '--config', 'providers.config.mjs'],
  ['inbox', 'list', '--limit', 'many'],
  ['verfy'],
]
// For a shell, and for the body of an event.
const programs = ['completion', 'inbox show']
const lines = [
  [],
  ...Object.entries(bases)
    .filter(([path]) => !programs.includes(path))
    .map(([path, [, ...words]]) => [...path.split(' '), ...words]),
  ...more,
]
const helps = ['', ...Object.keys(bases), 'bundle', 'inbox', 'webhooks'].map((path) => [
  ...path.split(' ').filter(Boolean),
  '--help',
])

/** Lines that are too wide, but for a path, a URL or another word that stays whole. */
function tooWide(text: string, columns: number): string[] {
  return stripVTControlCharacters(text)
    .split('\n')
    .filter((line) => line.trim().includes(' ') && wrapLines(line, columns) !== line)
}

describe.each([60, 80, 132])('a terminal of %d columns', (columns) => {
  it.each([...lines, ...helps].map((line) => [line.join(' ').slice(0, 50), line] as const))(
    'shows every line of: %s',
    async (_name, line) => {
      const args = world.fill(line)
      const { stdout, stderr } = await runHere(args, { cwd: world.folder(), env, columns })
      expect(stdout + stderr).not.toBe('')
      expect(tooWide(stdout + stderr, columns)).toEqual([])
    },
  )
})

describe('a pipe', () => {
  it('gets whole lines', async () => {
    const { stdout } = await runHere(['inbox', 'list', '--inbox', 'inbox.db', '--limit', '2'], {
      cwd: world.folder(),
      env,
    })
    expect(stdout).not.toContain('…  ')
    expect(stdout.trimEnd().split('\n')).toHaveLength(3)
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeGreaterThan(200)
  })
})
