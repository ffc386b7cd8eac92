import { describe, expect, it } from 'vitest'
import { SallyportError } from '../errors/sallyport-error.ts'
import { sonzai } from '../providers/sonzai.ts'
import { signDelivery } from './sign-delivery.ts'

const secret = 'whsec_test'
const now = Date.UTC(2026, 3, 12)

describe('signDelivery', () => {
  it('takes undefined for an option that is left out', () => {
    const options = { secret, now, id: 'msg_1' }
    const absent = { type: undefined, body: undefined, edit: undefined, headers: undefined, signer: undefined }
    expect(signDelivery(sonzai(), { ...options, ...absent })).toEqual(signDelivery(sonzai(), options))
  })

  it('signs a body of null', () => {
    expect(Buffer.from(signDelivery(sonzai(), { secret, body: null }).body).toString()).toBe('null')
  })

  it('throws OPTION_INVALID where no signer is known for the name', () => {
    const sign = () => signDelivery({ ...sonzai(), name: 'unheard of' }, { secret })
    expect(sign).toThrow(SallyportError)
    expect(sign).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
  })
})
