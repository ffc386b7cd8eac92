import { describeAdapter } from '@sallyport/contracts'
import { mountKoa2, mountKoa3 } from '../support/adapters/mounts.ts'

describeAdapter('Koa 3', mountKoa3())
describeAdapter('Koa 2', mountKoa2())
