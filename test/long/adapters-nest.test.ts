import { describeAdapter } from '@sallyport/contracts'
import { mountNest } from '../support/hosts/frameworks/nest.ts'
import { nestControllerDeviations } from '../support/hosts/frameworks/parser-deviations.ts'

describeAdapter('Nest, as middleware', mountNest('middleware'))
describeAdapter('Nest, as a controller', mountNest('controller'), { deviations: nestControllerDeviations })
