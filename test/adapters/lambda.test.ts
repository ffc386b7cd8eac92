import { describeAdapter } from '@sallyport/contracts'
import { lambdaDeviations } from '../support/adapters/lambda-deviations.ts'
import { mountLambda } from '../support/adapters/lambda-host.ts'

const service = 'an HTTP API, format 2.0'

describeAdapter(`Lambda behind ${service}`, mountLambda(service), { deviations: lambdaDeviations(service) })
