import { describeAdapter } from '@sallyport/contracts'
import { mountNode } from '../support/adapters/mounts.ts'

describeAdapter('node:http', mountNode())
