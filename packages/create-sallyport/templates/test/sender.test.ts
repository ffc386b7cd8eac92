import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { signDelivery } from 'sallyport/testing'
import { receiveSonzai } from '../src/senders/sonzai.ts'

const createSecret = () => 'whsec_' + randomBytes(32).toString('base64')

test('Sonzai: handles a signed delivery', async () => {
  const secret = createSecret()
  const receiver = receiveSonzai({ secret })
  const delivery = signDelivery(receiver.provider, { secret, type: 'on_wakeup_ready' })

  const reply = await receiver.receive(delivery)

  assert.equal(reply.outcome, 'handled')
})

test('Sonzai: refuses a forged delivery', async () => {
  const receiver = receiveSonzai({ secret: createSecret() })
  const forged = signDelivery(receiver.provider, { secret: createSecret(), type: 'on_wakeup_ready' })

  const reply = await receiver.receive(forged)

  assert.equal(reply.outcome, 'refused')
})
