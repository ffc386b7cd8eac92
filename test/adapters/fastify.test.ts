import { Readable } from 'node:stream'
import { webhook } from 'sallyport/fastify'
import { describeAdapter } from '@sallyport/contracts'
import Fastify from 'fastify'
import { prefix, route } from '../support/adapters/listen.ts'
import { readFirst } from '../support/adapters/read-first.ts'

describeAdapter('Fastify 5', async (receiver, { before }) => {
  const app = Fastify()
  app.post('/sibling', (request, reply) => reply.send(request.body))
  await app.register(
    async (scope) => {
      if (before !== 'nothing') {
        scope.addHook('preParsing', async (request) => {
          await readFirst(request.raw, before, request)
          return Readable.from([])
        })
      }
      await scope.register(webhook(receiver), { prefix: route })
    },
    { prefix },
  )
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url: origin + prefix + route,
    siblingUrl: `${origin}/sibling`,
    async close() {
      app.server.closeAllConnections()
      await app.close()
    },
  }
})
