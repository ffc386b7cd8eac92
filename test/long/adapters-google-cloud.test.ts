import { describeAdapter } from '@sallyport/contracts'
import { mountGoogleCloud } from '../support/hosts/frameworks/google-cloud.ts'
import { googleCloudDeviations } from '../support/hosts/frameworks/parser-deviations.ts'

describeAdapter('the Functions Framework of Google Cloud', mountGoogleCloud, { deviations: googleCloudDeviations })
