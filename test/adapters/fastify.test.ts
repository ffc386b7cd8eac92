import { describeAdapter } from '@sallyport/contracts'
import { mountFastify } from '../support/adapters/mounts.ts'

describeAdapter('Fastify 5', mountFastify())
