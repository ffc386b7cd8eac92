// A program in an installation that lacks @sallyport/inbox.
// oxlint-disable no-underscore-dangle -- the name Node gives it
import Module from 'node:module'
import { createReceiver, SallyportError } from '@sallyport/core'
import { provider, secret } from './provider.ts'

const loader = Module as unknown as { _resolveFilename(request: string, ...rest: unknown[]): string }
const resolveFilename = loader._resolveFilename
loader._resolveFilename = (request, ...rest) => {
  if (request === '@sallyport/inbox') throw new Error('not found')
  return resolveFilename.call(loader, request, ...rest)
}

try {
  createReceiver(provider, { secret, inbox: 'events.db' })
} catch (error) {
  if (SallyportError.is(error)) console.log(error.code, error.message)
}
