import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { measureTurns } from '../support/turns/longest-turn.ts'
import { routes } from './fleet-routes.ts'

// The server of the fleet bench: the bench starts it with a route and a folder. It sends its port and ends with its parent.
// GET /begin resets what it measures, GET /end answers it; GET /other is the request beside a delivery.
const [kind = '', root = ''] = process.argv.slice(2)
const route = routes[kind]!(root)
const delay = monitorEventLoopDelay({ resolution: 1 })
let before = { rss: 0, peak: 0 }
let turnMs: number | undefined

const server = createServer((request, response) => {
  switch (request.url) {
    case '/other':
      response.writeHead(204).end()
      break
    case '/begin':
      globalThis.gc?.()
      before = { rss: process.memoryUsage.rss(), peak: readPeak() }
      turnMs = undefined
      delay.reset()
      delay.enable()
      response.writeHead(204).end()
      break
    case '/end':
      delay.disable()
      response.end(JSON.stringify({ delayMs: delay.max / 1e6, peakBytes: risenBy(), turnMs }))
      break
    case '/turns':
      void measureTurns(async () => {
        route(request, response)
        await once(response, 'close')
      }).then((cost) => (turnMs = cost.turnMs))
      break
    default:
      route(request, response)
  }
})
// Connections are idle while the other server is measured.
server.keepAliveTimeout = 0
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.once('disconnect', () => process.exit())
process.send!((server.address() as AddressInfo).port)

/** Bytes by which memory rose above that at the beginning. A peak of the start-up above all since does not count. */
function risenBy(): number {
  const peak = readPeak()
  return (peak > before.peak ? peak : process.memoryUsage.rss()) - before.rss
}

function readPeak(): number {
  return process.resourceUsage().maxRSS * 1024
}
