import { describeAdapter } from '@sallyport/contracts'
import { fetchDeviations } from '../support/adapters/fetch-deviations.ts'
import { mountAzure } from '../support/hosts/frameworks/azure.ts'

describeAdapter('Azure Functions behind a stand-in for their host', mountAzure, {
  deviations: [
    ...fetchDeviations,
    {
      test: 'signals a disconnect to the handler and keeps its result',
      reason: "the library's request has no signal",
    },
    {
      test: "passes the sender's address to handlers and reports",
      reason: "the library's request has no address",
    },
  ],
})
