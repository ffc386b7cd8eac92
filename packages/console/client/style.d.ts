// esbuild collects style sheets in console.css.
declare module '*.css'
