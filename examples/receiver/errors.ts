import { createReceiver, describeError, SallyportError } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'

try {
  createReceiver(sonzai(), { secret: '' })
} catch (error) {
  if (!SallyportError.is(error)) throw error
  console.error(error.code, error.message) // SECRET_INVALID sonzai: the secret "secret-1" is empty
}

console.log(describeError('TIMESTAMP_STALE').status) // 401
