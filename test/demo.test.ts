import { mkdtemp, readdir, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { invoratec } from '@sallyport/providers/invoratec'
import { sonzai } from '@sallyport/providers/sonzai'
import { describe, expect, it } from 'vitest'
import { fleetGroups } from '../examples/demo/deliveries/fleet.ts'
import { invoratecGroups } from '../examples/demo/deliveries/invoratec.ts'
import { sonzaiGroups } from '../examples/demo/deliveries/sonzai.ts'
import { accepted, type DemoDelivery } from '../examples/demo/delivery.ts'
import { presentDemo } from '../examples/demo/present-demo.ts'
import { runDemo } from '../examples/demo/run-demo.ts'
import { startServers } from '../examples/demo/servers.ts'
import { startProgram } from './examples/program.ts'

describe('npm run demo', () => {
  it('ends with 0, a table of every delivery and a summary', async () => {
    const { code, stdout, stderr } = await startProgram('examples/demo/main.ts').end()
    const groups = [...sonzaiGroups(), ...invoratecGroups(), ...(await fleetGroups())]
    const deliveries = groups.flatMap((group) => group.deliveries)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(
      `✓ 4 servers × ${deliveries.length} deliveries: ${4 * deliveries.length} of ${4 * deliveries.length} as expected`,
    )
    for (const { name } of deliveries) expect(stdout).toContain(`  ${name}  `)
    expect(stripVTControlCharacters(stdout)).toBe(stdout)
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120)
  })

  it('colours the table on request, and changes nothing else', async () => {
    const { stdout } = await startProgram('examples/demo/main.ts', [], { FORCE_COLOR: '1' }).end()
    const plain = stripVTControlCharacters(stdout)
    expect(plain).not.toBe(stdout)
    const columns = plain
      .split('\n')
      .flatMap((line) => (line.includes('SIGNATURE_MISMATCH') ? [line.indexOf('401')] : []))
    expect(new Set(columns).size).toBe(1)
  })

  it('shows what changes in a published agent and which credential is missing, and leaves no agent behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-demo-test-'))
    const { stdout } = await startProgram('examples/demo/main.ts', [], { TMPDIR: folder, TEMP: folder }).end()
    expect(stdout).toMatch(
      /^ {2}the new version +deployed +200 [0-9a-f]{8} .*\n(?:(?: {6}.*)?\n)* +\+You prepare the meetings of the next/m,
    )
    expect(stdout).toMatch(
      /^ {2}a tool whose key .*NOT_READY.*\n(?: {6}.*\n)* {6}NOT READY +crm_lookup +api_key +missing CRM_API_KEY$/m,
    )
    expect(await readdir(folder)).toEqual([])
    await rmdir(folder)
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
