import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { faultKinds } from '@sallyport/sandbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fleetGroups } from '../examples/demo/deliveries/fleet.ts'
import { invoratecGroups } from '../examples/demo/deliveries/invoratec.ts'
import { sonzaiGroups } from '../examples/demo/deliveries/sonzai.ts'
import { accepted, type DemoDelivery } from '../examples/demo/delivery.ts'
import { judgeInbox, type InboxFacts } from '../examples/demo/inbox/judge.ts'
import { renderInbox } from '../examples/demo/inbox/table.ts'
import { presentDemo } from '../examples/demo/present-demo.ts'
import { runDemo } from '../examples/demo/run-demo.ts'
import { startServers } from '../examples/demo/servers.ts'
import { expectStep } from '../examples/demo/step.ts'
import { isAllRight, renderStory } from '../examples/demo/story/present-story.ts'
import { startProgram, type Ending } from './support/examples/program.ts'

describe('npm run demo', () => {
  let folder: string
  let ended: Ending

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sallyport-demo-test-'))
    ended = await startProgram('examples/demo/main.ts', [], { TMPDIR: folder, TEMP: folder }).end()
  }, 120_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('ends with 0 and a table of every delivery', async () => {
    const { code, stdout, stderr } = ended
    const groups = [...sonzaiGroups(), ...invoratecGroups(), ...(await fleetGroups())]
    const deliveries = groups.flatMap((group) => group.deliveries)
    const wrong = stdout.split('\n').filter((line) => line.includes('✗'))
    expect({ code, stderr, wrong }).toEqual({ code: 0, stderr: '', wrong: [] })
    expect(stdout).toContain(
      `✓ 4 servers × ${deliveries.length} deliveries: ${4 * deliveries.length} of ${4 * deliveries.length} as expected`,
    )
    for (const { name } of deliveries) expect(stdout).toContain(`  ${name}  `)
    expect(stdout).toMatch(/^✓ 242 acknowledged, 0 lost, through a kill -9 and a restart, in [\d.]+ s$/m)
    expect(stripVTControlCharacters(stdout)).toBe(stdout)
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120)
  })

  it('tells the story of the three platforms', () => {
    const { stdout } = ended
    expect(stdout).toMatch(/^✓ (\d+) of \1 steps as expected, in [\d.]+ s$/m)
    for (const platform of ['sonzai', 'invoratec'] as const) {
      for (const type of Object.keys({ sonzai, invoratec }[platform]().events)) {
        expect(stdout).toMatch(new RegExp(`^  ✓ ${platform}: ${type} +202$`, 'm'))
      }
      for (const kind of faultKinds) expect(stdout).toMatch(new RegExp(`^  ✓ ${platform}: ${kind} +`, 'm'))
    }
    expect(stdout).toMatch(/^ {2}✓ meeting-preparer, published +200 deployed [0-9a-f]{8}$/m)
    expect(stdout).toMatch(/^A secret rotated 3 times, with \d+ deliveries under way$/m)
    expect(stdout).toMatch(/^ {2}✓ the same wakeup, fetched: known +1$/m)
  })

  it('shows what changes in a published agent and which credential is missing, and leaves no agent behind', async () => {
    const { stdout } = ended
    expect(stdout).toMatch(
      /^ {2}the new version +deployed +200 [0-9a-f]{8} .*\n(?:(?: {6}.*)?\n)* +\+You prepare the meetings of the next/m,
    )
    expect(stdout).toMatch(
      /^ {2}a tool whose key .*NOT_READY.*\n(?: {6}.*\n)* {6}NOT READY +crm_lookup +api_key +missing CRM_API_KEY$/m,
    )
    expect(await readdir(folder)).toEqual([])
  })

  it('leaves everything running with --keep until it is told to end, in colours on request', async () => {
    const program = startProgram('examples/demo/main.ts', ['--keep'], { FORCE_COLOR: '1' })
    const [, url = ''] = await program.sees(/ {2}fleet +(http:\S+)\n.*\n(?:.*\n)+.*agents go to/)
    const page = await fetch(url)
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Deploy to Production')])
    const { code, stdout, stderr } = await program.end('SIGTERM')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    await expect(fetch(url)).rejects.toThrow()

    const plain = stripVTControlCharacters(stdout)
    expect(plain).not.toBe(stdout)
    const columns = plain
      .split('\n')
      .flatMap((line) => (line.includes('SIGNATURE_MISMATCH') ? [line.indexOf('401')] : []))
    expect(new Set(columns).size).toBe(1)
  }, 60_000)

  it('refuses what it does not know, before anything starts', async () => {
    const { code, stdout, stderr } = await startProgram('examples/demo/main.ts', ['--kept']).end()
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe('usage: npm run demo [-- --keep]\n')
  })

  it('sends every event both platforms declare', () => {
    const names = [...sonzaiGroups(), ...invoratecGroups()].flatMap((group) => group.deliveries.map(({ name }) => name))
    expect(names).toEqual(expect.arrayContaining(Object.keys({ ...sonzai().events, ...invoratec().events })))
  })
})

describe('the judgement of the demo', () => {
  const [genuine] = sonzaiGroups()[0]!.deliveries as [DemoDelivery]
  const [forged] = sonzaiGroups()[2]!.deliveries as [DemoDelivery]

  it('is exit code 1 when one expectation is wrong', async () => {
    const printed: string[] = []
    const deliveries = [genuine, { ...forged, expected: accepted('handled') }]
    const exitCode = await presentDemo([{ title: 'One wrong', deliveries }], (text) => printed.push(text))
    const output = stripVTControlCharacters(printed.join('\n'))
    expect(exitCode).toBe(1)
    expect(output).toMatch(/✗.*✗.*✗.*✗.*\n\s+wrong: must be handled, 200\n/)
    expect(output).toContain('✗ 4 servers × 2 deliveries: 4 of 8 as expected')
  })

  it('tells the server that answers otherwise from those that are right', async () => {
    const servers = await startServers()
    await servers[1]!.close()
    const report = await runDemo([{ title: 'One down', deliveries: [forged] }], servers)
    await Promise.all(servers.filter((_, index) => index !== 1).map((server) => server.close()))
    const judgements = report.groups.flatMap((group) => group.rows.flatMap((row) => row.judgements))
    expect(report.isRight).toBe(false)
    expect(judgements.map(({ server, isRight, answer }) => [server, isRight, answer.result])).toEqual([
      ['express', true, 'SIGNATURE_MISMATCH'],
      ['koa', false, 'ECONNREFUSED'],
      ['fastify', true, 'SIGNATURE_MISMATCH'],
      ['fetch', true, 'SIGNATURE_MISMATCH'],
    ])
  })

  it('notices a handler that ran for a refused delivery, whatever was answered', async () => {
    const servers = await startServers()
    const careless = servers.map((server) => ({ ...server, handlerRuns: () => server.handlerRuns() + 1 }))
    const report = await runDemo([{ title: 'Right answers', deliveries: [genuine, forged] }], careless)
    await Promise.all(servers.map((server) => server.close()))
    expect(report.isRight).toBe(false)
    expect(report.handlerRuns[0]).toEqual({ server: 'express', runs: 2, expected: 1 })
  })
})

describe('the judgement of the story', () => {
  it('shows the step that went otherwise, and what it must be', () => {
    const steps = [expectStep('one', '202', '202'), expectStep('two', '401', '202')]
    const text = stripVTControlCharacters(renderStory([{ title: 'A chapter', steps }], 1000))
    expect(text.split('\n')).toEqual([
      'A chapter',
      '  ✓ one  202',
      '  ✗ two  401 (must be: 202)',
      '',
      '✗ 1 of 2 steps as expected, in 1.0 s',
    ])
    expect(isAllRight([{ title: 'A chapter', steps }])).toBe(false)
    expect(isAllRight([{ title: 'A chapter', steps: steps.slice(0, 1) }])).toBe(true)
  })
})

describe('the judgement of the inbox', () => {
  const names = ['flaky', 'poison', 'burst 0', 'burst 1']
  const right: InboxFacts = {
    answers: [202, 202],
    flaky: { state: 'done', runs: 3 },
    poison: { state: 'dead', runs: 4, error: 'Error: no' },
    burst: 2,
    acknowledgedBefore: 3,
    replayed: 1,
    counts: { pending: 0, active: 0, done: 4, dead: 0 },
    exitCode: 0,
    failedTries: 1,
    duplicates: 0,
    sent: new Set(names),
    acknowledged: new Set(names),
    handled: new Map(names.map((name) => [name, 1])),
  }

  it('is right when everything that was acknowledged was handled, as often as it takes', () => {
    expect(judgeInbox(right)).toMatchObject({ isRight: true, count: { sent: 4, acknowledged: 4, handled: 4, lost: 0 } })
    const again = judgeInbox({ ...right, handled: new Map([...right.handled, ['burst 1', 2]]) })
    expect(again).toMatchObject({ isRight: true, count: { handledAgain: 1 } })
  })

  it.each<[string, Partial<InboxFacts>]>([
    ['an acknowledged event that was never handled', { handled: new Map(names.slice(0, 3).map((name) => [name, 1])) }],
    ['an event that was never acknowledged', { acknowledged: new Set(names.slice(0, 3)) }],
    ['a poison event that succeeded', { poison: { state: 'done', runs: 1 } }],
    ['a handler that was not tried again', { flaky: { state: 'dead', runs: 1 } }],
    ['an answer before the event was kept', { answers: [200, 202] }],
    ['a server that was killed when all was over', { acknowledgedBefore: 4 }],
    ['a server that nobody missed', { failedTries: 0 }],
    ['a dead letter that was not replayed', { replayed: 0 }],
    ['something left over', { counts: { pending: 1, active: 0, done: 3, dead: 0 } }],
    ['a server that did not end in order', { exitCode: 1 }],
  ])('is wrong for %s', (_what, wrong) => {
    const report = judgeInbox({ ...right, ...wrong })
    expect(report.isRight).toBe(false)
    expect(stripVTControlCharacters(renderInbox(report, 1))).toMatch(/^✗ \d+ acknowledged/m)
  })
})
