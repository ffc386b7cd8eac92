import { expect, it } from 'vitest'
import { sendFaults } from '../../packages/cli/src/send/faults.ts'
import { describeAgreement, documentedFaults, knownSenders, pickOneOfEachForm } from '../support/cli/send-verify.ts'

it('the document has every fault', () => {
  expect(documentedFaults.map(({ kind }) => kind)).toEqual(Object.keys(sendFaults))
})

for (const fault of documentedFaults) {
  // Under another secret the whole search finds nothing, which takes seconds; test/long has every sender.
  const senders = fault.kind === 'wrong-signature' ? pickOneOfEachForm(knownSenders).slice(0, 5) : knownSenders
  describeAgreement(fault, senders)
}
