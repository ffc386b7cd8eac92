// npm starts scripts in the top folder, and says where it was called.
const { npm_lifecycle_event: script, INIT_CWD: calledIn } = process.env
if (script === 'sallyport' && calledIn) process.chdir(calledIn)
await import('../packages/cli/src/main.ts')
