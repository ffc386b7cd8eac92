import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { applications, receivers, type Kind } from './http-apps.ts'
import { answerUsage } from './usage.ts'

// The server of the http bench: the bench starts it with a framework, a kind and maybe `telemetry`. It sends its port, answers for its
// usage and ends with its parent.
const [framework = '', kind = '', telemetry = ''] = process.argv.slice(2)
const server = await applications[framework]![kind as Kind]()
// Loaded only here: it would be part of the cold start of others.
if (telemetry !== '') (await import('./http-telemetry.ts')).startTelemetry(server, receivers)
// A connection is idle while the other server is measured.
server.keepAliveTimeout = 0
server.listen(0, '127.0.0.1')
await once(server, 'listening')
answerUsage()
process.once('disconnect', () => process.exit())
process.send!((server.address() as AddressInfo).port)
