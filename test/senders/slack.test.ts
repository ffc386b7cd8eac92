import { createReceiver } from 'sallyport'
import { slack } from 'sallyport/providers/slack'
import { signDelivery } from 'sallyport/testing'
import { expect, it } from 'vitest'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

const interactions = [
  'block_actions',
  'block_suggestion',
  'view_submission',
  'view_closed',
  'shortcut',
  'message_action',
]

const challenge = '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P'

describeSender('slack', slack(), {
  type: 'app_mention',
  handshakes: [{ body: { type: 'url_verification', token: 'x', challenge }, answer: { status: 200, body: challenge } }],
  bodyOf(type, _time, { id, ...data }) {
    if (type === 'slash_command')
      return new URLSearchParams({ command: '/weather', ...(data as Record<string, string>) })
    if (interactions.includes(type)) return new URLSearchParams({ payload: JSON.stringify({ type, ...data }) })
    if (type === 'app_rate_limited') return { type, team_id: 'T1', ...data }
    return {
      type: 'event_callback',
      event_id: id === undefined ? undefined : `Ev${JSON.stringify(id)}`,
      event: { type, ...data },
    }
  },
})

describeVectors(slack(), [
  {
    from: 'the document',
    secret: '8f742231b10e8888abcd99yyyzzz85a5',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    },
    body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
    at: 1_531_420_618_000,
    event: { type: 'slash_command', data: { command: '/webhook-collect', text: '', team_id: 'T1DC2JH3J' } },
  },
])

const secret = '8f742231b10e8888abcd99yyyzzz85a5'

it('rejects a payload that is no JSON', async () => {
  const receiver = createReceiver(slack(), { secret })
  const delivery = signDelivery(slack(), { secret, body: new URLSearchParams({ payload: '{"type":' }) })
  expect(await receiver.receive(delivery)).toMatchObject({ code: 'EVENT_UNIDENTIFIED' })
})
