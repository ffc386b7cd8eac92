import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

describe('a subscriber of deliveryChannel that throws', () => {
  // Node throws it again in a tick of its own (node:diagnostics_channel, `publish`).
  it('ends the process after the answer, unless it catches', async () => {
    const program = `
      import { subscribe } from 'node:diagnostics_channel'
      import { createReceiver, deliveryChannel } from 'sallyport'
      import { sonzai } from 'sallyport/providers/sonzai'
      const receiver = createReceiver(sonzai(), { secret: 'whsec_any' }).onReject(() => { throw new Error('a hook') })
      if (process.argv[1] === 'subscribe') subscribe(deliveryChannel, () => { throw new Error('a subscriber') })
      const { status } = await receiver.receive({ method: 'GET', url: '/', headers: {}, body: new Uint8Array() })
      setTimeout(() => console.log('goes on after', status), 50)`
    const run = promisify(execFile)
    const options = ['--conditions=@sallyport/source', '--input-type=module', '-e', program]
    const { stdout } = await run(process.execPath, options)
    expect(stdout).toBe('goes on after 405\n')
    const failing = run(process.execPath, [...options, 'subscribe'])
    await expect(failing).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('a subscriber') as string })
  })
})
