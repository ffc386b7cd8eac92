import { describe, expect, it } from 'vitest'
import { explainAttempt } from './explain-attempt.ts'

const attempt = { attempt_id: 'a' }

describe('explainAttempt', () => {
  it.each([
    [{ response_code: 202, status: 'success' }, undefined],
    [{ response_code: 401 }, /the secret or the signature/],
    [
      { response_code: 401, response_body: '{"title":"x","code":"SIGNATURE_MISMATCH"}' },
      /^SIGNATURE_MISMATCH: the secret/,
    ],
    [{ response_code: 302 }, /redirects are not followed/],
    [{ response_code: 418 }, /does not accept/],
    [{ response_code: 599 }, /its log says why/],
    [{ response_code: 500, error_message: 'boom' }, /^boom: the endpoint failed/],
    [{ response_code: 0, error_message: 'connect ECONNREFUSED' }, 'connect ECONNREFUSED'],
    [{ status: 'failed' }, /no answer/],
    [{ status: 'failed', response_code: 200, error_message: 'too slow' }, /^too slow/],
  ])('explains %j', (facts, reason) => {
    const told = explainAttempt({ ...attempt, ...facts })
    if (reason instanceof RegExp) expect(told).toMatch(reason)
    else expect(told).toBe(reason)
  })

  it('shows nothing else of an answer', () => {
    const response_body = '{"code":"hidden","secret":"PAYLOAD"}'
    expect(explainAttempt({ ...attempt, response_code: 500, response_body })).not.toMatch(/hidden|PAYLOAD/)
  })
})
