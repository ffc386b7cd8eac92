/** The style of all pages. */
export const style = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; }
nav { display: flex; gap: 1rem; padding: .75rem 1.5rem; border-bottom: 1px solid #8886; }
main { max-width: 75rem; margin: 0 auto; padding: 1rem 1.5rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #8884; overflow-wrap: anywhere; }
form { display: grid; gap: .6rem; max-width: 40rem; } form.inline { display: inline-block; }
label { display: grid; gap: .2rem; } label.check { display: flex; gap: .5rem; }
input, select, textarea, button { font: inherit; padding: .3rem .5rem; } textarea, code, pre { font-family: ui-monospace, monospace; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #8884; padding: .75rem; }
button { justify-self: start; cursor: pointer; }
.notice { border: 1px solid #8888; border-left-width: .4rem; padding: .1rem 1rem; }
[role="alert"] { border-left-color: #c33; } [role="status"] { border-left-color: #393; }
`
