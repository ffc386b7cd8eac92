import type { EventMap } from 'sallyport'
import { describe } from 'vitest'
import { checkForms } from './provider/forms.ts'
import { checkHandshakes, type HandshakeResult, type HandshakeSubject } from './provider/handshakes.ts'
import { checkHeaders } from './provider/headers.ts'
import { checkMistakes } from './provider/mistakes.ts'
import { checkMutations } from './provider/mutations.ts'
import { checkRoundTrip } from './provider/round-trip.ts'
import type { ProviderSubject } from './provider/subject.ts'

export type { HandshakeResult, HandshakeSubject, ProviderSubject }

/**
 * The provider contract: signing round trip, rotation, tolerance, every mutation of signed bytes, and a test for each
 * mistake other libraries have shipped. Run it under vitest for every provider you define.
 *
 * @example
 * describeProvider('acme', { provider: acme, secrets: ['acme-secret-1', 'acme-secret-2'], signer: signAcme,
 *   signatureHeader: 'x-acme-signature', notSecrets: [], time: 'body', type: 'order.paid', bodyOf: (type, time, data) => ({ type, sent_at: time, data }) })
 */
export function describeProvider<Events extends EventMap>(name: string, subject: ProviderSubject<Events>): void {
  describe(`provider ${name}`, () => {
    describe('valid deliveries', () => checkRoundTrip(subject))
    describe('altered deliveries', () => checkMutations(subject))
    describe('forms', () => checkForms(subject))
    describe('headers', () => checkHeaders(subject))
    describe('handshakes', () => checkHandshakes(subject))
    describe('known mistakes', () => checkMistakes(subject))
  })
}
