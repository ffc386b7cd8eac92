import { buildPackages } from './build-packages.ts'

if (!(await buildPackages())) process.exitCode = 1
