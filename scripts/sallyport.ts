// npm starts scripts in the top folder; INIT_CWD is where the user called it.
const { npm_lifecycle_event: script, INIT_CWD: calledIn } = process.env
if (script === 'sallyport' && calledIn) process.chdir(calledIn)
await import('../packages/cli/src/main.ts')
