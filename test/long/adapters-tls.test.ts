import { describeAdapter } from '@sallyport/contracts'
import { honoDeviations } from '../support/adapters/fetch-deviations.ts'
import { mounts } from '../support/adapters/mounts.ts'

for (const [name, mount] of Object.entries(mounts)) {
  const deviations = name === '@hono/node-server' ? honoDeviations : []
  describeAdapter(`${name} over TLS`, mount('HTTPS'), { deviations })
  // The same server as for HTTP/2, which also speaks HTTP/1.1; Express does not run on it.
  if (!name.startsWith('Express')) describeAdapter(`${name} beside HTTP/2`, mount('HTTP/2'), { deviations })
}
