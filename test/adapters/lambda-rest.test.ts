import { describeAdapter } from '@sallyport/contracts'
import { lambdaDeviations } from '../support/adapters/lambda-deviations.ts'
import { mountLambda } from '../support/adapters/lambda-host.ts'

const service = 'a REST API with binary media type */*'

describeAdapter(`Lambda behind ${service}`, mountLambda(service), { deviations: lambdaDeviations(service) })
