import { diagnosisCauses } from 'sallyport/diagnose'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import config from '../../examples/command/sallyport.config.ts'
import { explain } from '../../examples/command/explain.ts'

const secret = 'whsec_documented'

beforeAll(() => void vi.stubEnv('SONZAI_WEBHOOK_SECRET', secret))
afterAll(() => void vi.unstubAllEnvs())

describe('examples/command', () => {
  it('explain.ts names what was changed', async () => {
    const { plainHeaders, body } = signDelivery(sonzai(), { secret, type: 'on_wakeup_ready' })
    expect(await explain(plainHeaders, body)).toEqual([])
    expect(await explain(plainHeaders, Buffer.concat([body, Buffer.from('\n')]))).toEqual([
      expect.stringContaining(`proven: ${diagnosisCauses.BODY_WHITESPACE[0]}. `),
    ])
  })

  it('sallyport.config.ts is accepted', () => {
    expect(config.providers?.['fleet']).toEqual({ header: 'x-fleet-token' })
  })
})
