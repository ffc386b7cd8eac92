import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { applications, type Kind } from './http-apps.ts'
import { answerUsage } from './usage.ts'

// The server of the http bench: the bench starts it with a framework and a kind. It sends its port, answers for its
// usage and ends with its parent.
const [framework = '', kind = ''] = process.argv.slice(2)
const server = await applications[framework]![kind as Kind]()
// A connection is idle while the other server is measured.
server.keepAliveTimeout = 0
server.listen(0, '127.0.0.1')
await once(server, 'listening')
answerUsage()
process.once('disconnect', () => process.exit())
process.send!((server.address() as AddressInfo).port)
