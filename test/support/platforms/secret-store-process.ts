import { createFileSecretStore } from '@sallyport/platforms'

// One of several processes that write to the same file.
const [path = '', who = '', count = ''] = process.argv.slice(2)
const store = createFileSecretStore(path)
for (let number = 0; number < Number(count); number++) {
  await store.update('shared', (current) => ({
    secrets: [...(current?.secrets ?? []), { id: `${who}-${number}`, secret: 'whsec_x' }],
  }))
}
