import { createReceiver } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { expect, it } from 'vitest'

const secret = 'whsec_test'

it('pushes a wakeup', async () => {
  const pushed: unknown[] = []
  const receiver = createReceiver(sonzai(), { secret }).on('on_wakeup_ready', ({ data }) => {
    pushed.push(data.generated_message)
  })

  const reply = await receiver.receive(signDelivery(sonzai(), { secret, type: 'on_wakeup_ready' }))

  expect(reply.outcome).toBe('handled')
  expect(pushed).toHaveLength(1)
})
