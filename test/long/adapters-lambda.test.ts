import { describeAdapter } from '@sallyport/contracts'
import { lambdaDeviations } from '../support/adapters/lambda-deviations.ts'
import type { LambdaService } from '../support/adapters/lambda-events.ts'
import { mountLambda } from '../support/adapters/lambda-host.ts'

// The one that is left is in test/adapters.
const services: readonly LambdaService[] = [
  'a function URL',
  'an HTTP API, format 1.0',
  'a REST API',
  'a REST API with binary media type */*',
  'a load balancer',
  'a load balancer with multi-value headers',
]

for (const service of services)
  describeAdapter(`Lambda behind ${service}`, mountLambda(service), { deviations: lambdaDeviations(service) })
