import { describeAgreement, documentedFaults, knownSenders } from '../support/cli/send-verify.ts'

for (const fault of documentedFaults) if (fault.kind === 'wrong-signature') describeAgreement(fault, knownSenders)
