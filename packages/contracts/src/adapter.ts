import { checkCompression } from './adapter/compression.ts'
import { checkConnections } from './adapter/connections.ts'
import { checkDuplicates } from './adapter/duplicates.ts'
import { openEndpoint, type OpenEndpoint } from './adapter/endpoint.ts'
import { checkEveryRefusal, checkSenderRefusals } from './adapter/every-refusal.ts'
import { checkExactBytes } from './adapter/exact-bytes.ts'
import { checkFraming } from './adapter/framing.ts'
import { checkHandlers } from './adapter/handlers.ts'
import { checkHandshakes } from './adapter/handshakes.ts'
import { checkHeaders } from './adapter/headers.ts'
import { checkHeads } from './adapter/heads.ts'
import { checkHost } from './adapter/host.ts'
import { checkInterruptions } from './adapter/interruptions.ts'
import { checkLimits } from './adapter/limits.ts'
import { checkMethodsAndTypes } from './adapter/methods-and-types.ts'
import type { Deviation, HostBehaviour, MountedReceiver, MountReceiver } from './adapter/mount.ts'
import { describeSuite } from './adapter/suite.ts'

export type { Deviation, HostBehaviour, MountedReceiver, MountReceiver }

/** Options of `describeAdapter`. */
export interface AdapterContractOptions {
  /** Tests this mount is expected to fail. One that passes or does not exist fails the suite. @default none */
  readonly deviations?: readonly Deviation[] | undefined
}

/**
 * The adapter contract: exact bytes, rejections from the headers alone, limits, aborted and slow uploads, body parsers that
 * ran first, duplicates, connection reuse, ambiguous framing, malformed heads. Run it under vitest for every way you mount a
 * receiver; it needs `supertest`. Over TLS if the mount's URL says so.
 *
 * @param mount serves a receiver on the loopback interface
 * @example
 * describeAdapter('Express', async (receiver, { before }) => {
 *   const app = express()
 *   if (before === 'json-parser') app.use('/in', express.json())
 *   app.all('/in/hook', webhook(receiver))
 *   …
 * })
 */
export function describeAdapter(name: string, mount: MountReceiver, options: AdapterContractOptions = {}): void {
  const open: OpenEndpoint = (settings) => openEndpoint(mount, settings)
  describeSuite(`adapter: ${name}`, open, options.deviations ?? [], {
    ...parts,
    'several senders': checkSenderRefusals,
  })
}

const parts = {
  'exact bytes': checkExactBytes,
  headers: checkHeaders,
  'methods and content types': checkMethodsAndTypes,
  rejections: checkEveryRefusal,
  limits: checkLimits,
  compression: checkCompression,
  interruptions: checkInterruptions,
  framing: checkFraming,
  heads: checkHeads,
  connections: checkConnections,
  duplicates: checkDuplicates,
  handlers: checkHandlers,
  handshakes: checkHandshakes,
  host: checkHost,
}

/** The adapter contract over receivers that are served elsewhere, as in the process of another runtime. */
export function describeEndpoints(
  name: string,
  open: OpenEndpoint,
  { deviations = [] }: AdapterContractOptions = {},
): void {
  describeSuite(`adapter: ${name}`, open, deviations, parts)
}
