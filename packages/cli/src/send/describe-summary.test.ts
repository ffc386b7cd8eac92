import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createOutput } from '../output.ts'
import { describeSummary } from './describe-summary.ts'

const stream = new PassThrough() as unknown as NodeJS.WriteStream
const output = createOutput(false, stream, stream)

function describeSent(sent: number): string[] {
  const latencyMs = { p50: 1, p90: 2, p99: 3, max: 4 }
  const summary = { sent, statuses: { 200: sent }, said: { '200 handled': sent }, latencyMs, surprises: [] }
  return describeSummary(output, { to: 'http://localhost:3000/' }, { ...summary, isUnreachable: false }, 50).split('\n')
}

describe('describeSummary', () => {
  it('has two lines for one delivery', () => {
    expect(describeSent(1)).toEqual(['1 delivery to http://localhost:3000/ in 0.05 s', '        1  200 handled'])
  })

  it('adds the latency of several', () => {
    expect(describeSent(2)).toEqual([
      '2 deliveries to http://localhost:3000/ in 0.05 s',
      '        2  200 handled',
      '  latency  p50 1 ms, p90 2 ms, p99 3 ms, max 4 ms',
    ])
  })
})
