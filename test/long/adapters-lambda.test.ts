import { describeAdapter } from '@sallyport/contracts'
import { lambdaDeviations } from '../support/adapters/lambda-deviations.ts'
import type { LambdaService } from '../support/adapters/lambda-events.ts'
import { mountLambda } from '../support/adapters/lambda-host.ts'

// The others are in test/adapters.
const services: readonly LambdaService[] = [
  'a function URL',
  'an HTTP API, format 1.0',
  'a REST API',
  'a load balancer',
]

for (const service of services)
  describeAdapter(`Lambda behind ${service}`, mountLambda(service), { deviations: lambdaDeviations(service) })
