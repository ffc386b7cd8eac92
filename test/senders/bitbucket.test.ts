import { createReceiver } from 'sallyport'
import { bitbucket } from 'sallyport/providers/bitbucket'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

describeSender('bitbucket', bitbucket(), {
  claimHeader: 'x-event-key',
  type: 'claimed:pullrequest:created',
  // A repository itself has no member of another kind.
  bodyOf: (type, _time, data) => ({
    repository: {},
    project: {},
    ...(/repo:(?:created|deleted|imported|transfer|updated)$/.test(type)
      ? {}
      : { pullrequest: { id: 1 }, issue: {}, comment: {}, commit_status: {}, fork: {}, push: { changes: [] } }),
    ...data,
  }),
})

// https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/, read 29 November 2026.
describeVectors(bitbucket(), [
  {
    from: 'the document',
    secret: "It's a Secret to Everybody",
    headers: {
      'X-Event-Key': 'repo:push',
      'X-Hub-Signature': 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9',
    },
    body: 'Hello World!',
    isJson: false,
  },
])

describe('a body of Bitbucket under another name', () => {
  it.each([
    'pullrequest:created',
    'issue:created',
    'repo:fork',
    'repo:commit_status_created',
    'repo:deleted',
    'project:updated',
  ])('does not match the schema of %s', async (name) => {
    const secret = 'bitbucket-secret'
    const receiver = createReceiver(bitbucket(), { secret }).onAny(() => {})
    const delivery = signDelivery(bitbucket(), {
      secret,
      type: 'claimed:repo:push',
      headers: { 'x-event-key': name },
    })
    expect(await receiver.receive(delivery)).toMatchObject({ code: 'PAYLOAD_INVALID' })
  })
})
