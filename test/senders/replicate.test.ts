import { replicate } from 'sallyport/providers/replicate'
import { describeSender } from '../support/senders/describe-sender.ts'
import { standardRules } from '../support/senders/standard-rules.ts'

describeSender('replicate', replicate(), {
  ...standardRules,
  type: 'succeeded',
  bodyOf: (status, _time, data) => ({ id: 'ufawqhfynnddngldkgtslldrkq', status, ...data }),
})
