import { expect, it } from 'vitest'
import { countingReceiver, signFor, signingTime, signsFields, withHeader, type ProviderSubject } from './subject.ts'

const iso = new Date(signingTime).toISOString()
const formType = 'application/x-www-form-urlencoded'

/** What a sender of forms adds: the signed bytes say what a body is, never its unsigned media type. */
export function checkForms(subject: ProviderSubject): void {
  const { formOf, provider, type } = subject
  const makeForm = formOf && ((data: Readonly<Record<string, unknown>> = {}) => formOf(type, iso, data))

  it('reads a form by its bytes, whatever its media type', async () => {
    if (makeForm === undefined) return
    const forms = signFor(subject, { body: makeForm() })
    expect(forms.headers.get('content-type')).toBe(formType)
    const json = signFor(subject, { body: subject.bodyOf(type, iso, {}) })
    for (const delivery of [forms, json]) {
      for (const media of [formType, `${formType}; charset=UTF-8`, 'application/json']) {
        const { receive, handled } = countingReceiver(subject)
        expect(await receive(withHeader(delivery, 'content-type', () => media))).toMatchObject({ outcome: 'handled' })
        expect(handled).toMatchObject([{ type }])
      }
    }
  })

  it('rejects a form that is broken or has too many fields', async () => {
    if (makeForm === undefined) return
    const text = String(makeForm())
    const { receive, handled } = countingReceiver(subject)
    // Where fields are signed, a form that cannot be read has no signature.
    const code = signsFields(subject) ? 'SIGNATURE_MISMATCH' : 'BODY_NOT_FORM'
    for (const end of ['&a=%', '&a=%FF', '&a'.repeat(1_001)])
      expect(await receive(signFor(subject, { body: text + end }))).toMatchObject({ code })
    expect(handled).toEqual([])
  })

  it('keeps fields named __proto__ out of prototypes', async () => {
    if (makeForm === undefined) return
    const { receive, handled } = countingReceiver(subject)
    const body = `${String(makeForm())}&__proto__=polluted&constructor=own`
    expect(await receive(signFor(subject, { body }))).toMatchObject({ outcome: 'handled' })
    expect(JSON.stringify(handled)).not.toContain('polluted')
  })

  it('rejects a multipart form by its name', async () => {
    const { receive } = countingReceiver(subject)
    const delivery = withHeader(signFor(subject), 'content-type', () => 'multipart/form-data; boundary=x')
    expect(await receive(delivery)).toMatchObject({ status: 415, code: 'MULTIPART_UNSUPPORTED' })
  })

  it('rejects a form where the provider reads none', async () => {
    if (provider.forms === true) return
    const { receive } = countingReceiver(subject)
    const delivery = signFor(subject, { body: 'a=1', headers: { 'content-type': formType } })
    expect(await receive(delivery)).toMatchObject({ status: 415, code: 'CONTENT_TYPE_UNSUPPORTED' })
  })
}
